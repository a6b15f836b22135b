import {type BatchState, hasEnded} from '../domain/batch.ts';
import type {RemoteBatch, RemoteFile} from '../domain/batch-ports.ts';
import {lostWorth} from '../domain/rejection.ts';
import {batchMetadata, remoteName} from '../domain/shard.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {failStep} from './fail-step.ts';
import {targetOf} from './target-of.ts';

/** A batch may be listed as older than its input file by so much; without that file the clocks of both sides count. */
const clockMarginMs = 15 * 60_000;

/** What the API lists may lag behind what it has. */
const graceMs = 5000;

/** Dead already: to be cancelled they need nobody. */
const deadStatuses: ReadonlySet<string> = new Set(['failed', 'cancelled', 'cancelling', 'expired']);

export type Found =
	/** It was found and adopted: on record. */
	| 'adopted'
	/** It is surely not there. */
	| 'absent'
	/** Nobody can tell yet: tried again later, or a person is asked. */
	| 'unknown';

/**
 * Looks for the batch of a shard whose create call may have been worked on, by its metadata or its input file. The oldest match is
 * ours; others are cancelled first, and what they may have cost is counted.
 *
 * Its input file is the witness. No batch is older than it, by the API's own clock, so ours may be wrong by hours. And
 * a key that is not shown the file would not be shown the batch: that it lists none says nothing then.
 */
export async function findBatch(
	batch: BatchState,
	lane: BatchLaneOptions,
	signal: AbortSignal,
): Promise<Found> {
	const {state, transport, clock, record} = lane;
	const target = targetOf(batch, lane);
	const name = remoteName(state.runId, batch);
	const matches: RemoteBatch[] = [];
	let witness: RemoteFile | undefined;
	for (let look = 0; look < 2 && matches.length === 0; look++) {
		if (look > 0) {
			await sleep(graceMs, lane, signal);
		}

		if (signal.aborted) {
			return 'unknown';
		}

		const files = await transport.listFiles(target, name);
		if (!files.ok) {
			failStep(batch, files, lane);
			return 'unknown';
		}

		witness = files.value.find(({id}) => id === batch.fileId) ?? witness;
		const since = (witness?.createdAt ?? batch.submittingAt ?? batch.cutAt) - clockMarginMs;
		const reply = await transport.listBatches(target, since);
		if (!reply.ok) {
			failStep(batch, reply, lane);
			return 'unknown';
		}

		const wanted = batchMetadata(state.runId, batch);
		matches.push(...reply.value.filter(remote => isOurs(remote, wanted, batch.fileId)));
	}

	const [ours, ...doubles] = matches.sort(
		(one, other) =>
			Number(deadStatuses.has(one.status)) - Number(deadStatuses.has(other.status)) ||
			one.createdAt - other.createdAt,
	);
	if (!ours) {
		return witness ? 'absent' : giveUp(batch, lane);
	}

	for (const double of doubles) {
		if (!(await end(double, batch, lane))) {
			return 'unknown';
		}
	}

	record({
		type: 'batch-submitted',
		at: clock.now(),
		shard: batch.shard,
		batchId: ours.id,
		// Its files are known only after a poll: until then it has not ended.
		status: hasEnded(ours.status) ? '' : ours.status,
		submittedAt: ours.createdAt,
		expiresAt: ours.expiresAt,
		isAdopted: true,
		...(doubles.length > 0 ? {doubles: doubles.map(({id}) => id)} : null),
	});
	return 'adopted';
}

/** The first time a person is asked; who goes on all the same accepts that it may have run. */
function giveUp(batch: BatchState, {record, clock}: BatchLaneOptions): 'unknown' {
	const {shard, step} = batch;
	const at = clock.now();
	if (step === 'rejected') {
		const maybeBilled = lostWorth(batch);
		record({type: 'shard-released', at, shard, reason: 'rejected', retryAt: null, maybeBilled});
	} else {
		const message =
			'it may have been created, and the API shows this key neither it nor its input file; with the key that sent it, it is looked for again';
		const failure = {kind: 'not_found', status: null, code: null, message} as const;
		record({type: 'batch-rejected', at, shard, failure, lines: [], tokenLimit: null});
	}

	return 'unknown';
}

/** Where an API kept no metadata its input file tells: it was uploaded for this batch alone. */
function isOurs(
	{metadata, inputFileId}: RemoteBatch,
	wanted: RemoteBatch['metadata'],
	fileId: BatchState['fileId'],
): boolean {
	return Object.keys(metadata).length === 0
		? inputFileId !== null && inputFileId === fileId
		: Object.entries(wanted).every(([key, value]) => metadata[key] === value);
}

/** False when the API could not be told. One that has ended refuses, and that is as good. */
async function end(double: RemoteBatch, batch: BatchState, lane: BatchLaneOptions): Promise<boolean> {
	if (deadStatuses.has(double.status) || double.status === 'completed') {
		return true;
	}

	const reply = await lane.transport.cancel(targetOf(batch, lane), double.id);
	const status = reply.ok ? null : reply.failure.status;
	if (reply.ok || status === 400 || status === 404 || status === 409) {
		return true;
	}

	failStep(batch, reply, lane);
	return false;
}

async function sleep(delayMs: number, {clock}: BatchLaneOptions, signal: AbortSignal): Promise<void> {
	return new Promise(resolve => {
		const cancel = clock.after(delayMs, resolve);
		signal.addEventListener('abort', () => {
			cancel();
			resolve();
		});
	});
}
