import type {BatchState} from '../domain/batch.ts';
import type {BatchReply} from '../domain/batch-ports.ts';
import type {Failure} from '../domain/failure.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {createCollection} from './collection.ts';
import {failStep} from './fail-step.ts';
import {judgeBatch} from './judge-passes.ts';
import {targetOf} from './target-of.ts';

/** A result file that is not there this often is gone: 30 days after its batch, or removed by somebody. */
const mostNotFound = 3;

/**
 * Takes in what a batch left behind, output file first, so that an answer comes before an error for the same request.
 * It can be broken off at any point and begun again: whoever has an outcome is skipped. Only when every request
 * that was sent has one is the batch on record as collected.
 */
export async function collectBatch(
	batch: BatchState,
	lane: BatchLaneOptions,
	signal: AbortSignal,
): Promise<void> {
	const {transport, rules, clock} = lane;
	const collection = createCollection(batch, lane, signal);
	const target = targetOf(batch, lane);
	let lost: Failure | null = null;
	for (const fileId of [batch.outputFileId, batch.errorFileId]) {
		if (!fileId) {
			continue;
		}

		const reply = await transport.download(target, fileId, rules.answer.endpoint, collection.take, signal);
		if (signal.aborted) {
			return;
		}

		if (isLost(batch, reply)) {
			lost ??= reply.failure;
		} else if (!reply.ok) {
			failStep(batch, reply, lane);
			return;
		}
	}

	if (lost) {
		const message = `a result file of the batch is gone: ${lost.message}`;
		const failure = {...lost, message};
		lane.record({
			type: 'batch-rejected',
			at: clock.now(),
			shard: batch.shard,
			failure,
			lines: [],
			tokenLimit: null,
		});
		return;
	}

	await collection.takeUnanswered();
	if (signal.aborted) {
		return;
	}

	const {outcomes, aside} = collection.sum();
	lane.record({type: 'batch-collected', at: clock.now(), shard: batch.shard, outcomes, aside});
	judgeBatch(lane, outcomes);
	lane.onStep?.('collected');
}

function isLost({trouble}: BatchState, reply: BatchReply<unknown>): reply is BatchReply<never> & {ok: false} {
	const before = trouble?.failure.kind === 'not_found' ? trouble.times : 0;
	return !reply.ok && reply.failure.kind === 'not_found' && before + 1 >= mostNotFound;
}
