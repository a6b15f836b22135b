import {stepRetryAt} from '../domain/backoff.ts';
import type {BatchState} from '../domain/batch.ts';
import type {Failure} from '../domain/failure.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';

/**
 * Puts on record that an operation on a batch failed and when it is tried again. A key or an account that is
 * refused holds the whole queue, as it does in the direct lane.
 */
export function failStep(
	batch: BatchState,
	{failure, retryHintMs}: {readonly failure: Failure; readonly retryHintMs: number | null},
	{state, clock, rules, record}: BatchLaneOptions,
): void {
	const at = clock.now();
	const retryAt = stepRetryAt(batch.trouble?.times ?? 0, retryHintMs, at, rules.random);
	record({type: 'batch-step-failed', at, shard: batch.shard, failure, retryAt});
	const isRefused = failure.kind === 'auth' || failure.kind === 'quota';
	const queue = state.queues[batch.queue];
	if (isRefused && queue && queue.access !== 'held') {
		record({type: 'queue-held', at, queue: batch.queue, failure});
	}
}
