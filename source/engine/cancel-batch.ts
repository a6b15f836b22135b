import type {BatchState} from '../domain/batch.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {failStep} from './fail-step.ts';
import {targetOf} from './target-of.ts';

/** Asks the API to end a batch. One that has ended already refuses that; the next poll sees it. */
export async function cancelBatch(batch: BatchState, lane: BatchLaneOptions): Promise<void> {
	const reply = await lane.transport.cancel(targetOf(batch, lane), batch.batchId ?? '');
	const status = reply.ok ? null : reply.failure.status;
	if (reply.ok || status === 400 || status === 404 || status === 409) {
		lane.record({type: 'batch-cancelling', at: lane.clock.now(), shard: batch.shard});
	} else {
		failStep(batch, reply, lane);
	}
}
