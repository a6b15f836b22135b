import type {BatchState} from '../domain/batch.ts';
import {remoteName} from '../domain/shard.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {failStep} from './fail-step.ts';
import {targetOf} from './target-of.ts';

/**
 * Removes the files of a batch whose requests all have their outcome, or are queued again: at the API (unless
 * `remote_files: keep`), then here. Then it is forgotten. What was kept aside stays.
 */
export async function cleanUpBatch(
	batch: BatchState,
	lane: BatchLaneOptions,
	signal: AbortSignal,
): Promise<void> {
	const {transport, files, settings, clock} = lane;
	// A power cut may take back what is not on the disk yet, and then these files are all that is left of it.
	await lane.durable();
	if (signal.aborted) {
		return;
	}

	const target = targetOf(batch, lane);
	const remote =
		settings.remote.files === 'delete'
			? [batch.outputFileId, batch.errorFileId, batch.fileId ?? (await findUpload(batch, lane))]
			: [];
	for (const fileId of remote) {
		if (!fileId) {
			continue;
		}

		const reply = await transport.removeFile(target, fileId);
		if (signal.aborted) {
			return;
		}

		// A key that may not remove files is no reason to hold the queue: they expire by themselves.
		if (!reply.ok && reply.failure.status !== 403) {
			failStep(batch, reply, lane);
			return;
		}
	}

	await files.remove(batch.shard);
	if (!signal.aborted) {
		lane.record({type: 'batch-cleaned', at: clock.now(), shard: batch.shard});
		lane.onStep?.('cleaned-up');
	}
}

/** A session that was killed may have uploaded a file that is not on record. Null also where nobody can tell. */
async function findUpload(batch: BatchState, lane: BatchLaneOptions): Promise<string | null> {
	const name = remoteName(lane.state.runId, batch);
	const listed = await lane.transport.listFiles(targetOf(batch, lane), name);
	return (listed.ok && listed.value.find(file => file.name === name)?.id) || null;
}

/**
 * Removes input files at the API that a session left there when it was killed: those with the run's name whose batch
 * is forgotten. What cannot be listed or removed now is found again by the next session.
 */
export async function findLeftovers(lane: BatchLaneOptions, signal: AbortSignal): Promise<void> {
	const {state, transport, queueRules, settings} = lane;
	if (settings.remote.files === 'keep') {
		return;
	}

	const prefix = `pb-${state.runId}-`;
	const removed = new Set<string>();
	for (const [number, {info}] of state.queues.entries()) {
		if (!queueRules[number]?.hasBatch || signal.aborted) {
			continue;
		}

		const listed = await transport.listFiles(info, prefix);
		for (const {id, name} of listed.ok ? listed.value : []) {
			if (!signal.aborted && !removed.has(id) && isLeftover(name.slice(prefix.length), lane)) {
				removed.add(id);
				await transport.removeFile(info, id);
			}
		}
	}
}

/** `7-1a2b3c4d.jsonl`: a shard that this run has cut, and that nothing more is known of. */
function isLeftover(rest: string, {state}: BatchLaneOptions): boolean {
	const shard = Number(/^(\d+)-/.exec(rest)?.[1]);
	return shard <= state.lastShard && !state.batches.has(shard);
}
