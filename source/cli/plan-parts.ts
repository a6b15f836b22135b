import type {RequestSource} from '../domain/request.ts';
import type {ShardSize} from '../domain/shard.ts';
import type {LaneCost, QueueEstimate} from './estimate-run.ts';

/** Requests of one queue that go one way. */
export type PlanPart = {
	readonly requests: QueueEstimate;
	readonly lane: 'direct' | 'batch';
	readonly shards: readonly ShardSize[];
};

/** The last `count` requests of a queue, as a source of their own. */
export function lastOf(source: RequestSource, queue: number, count: number): RequestSource {
	const indexes: number[] = [];
	for (let index = source.count - 1; index >= 0 && indexes.length < count; index--) {
		if (source.queueOf(index) === queue) {
			indexes.unshift(index);
		}
	}

	return {
		count: indexes.length,
		queues: source.queues,
		queueOf: () => queue,
		id: position => source.id(indexes[position]!),
		expand: position => source.expand(indexes[position]!),
		close() {},
	};
}

/** A queue without its last requests. */
export function without(all: QueueEstimate, last: QueueEstimate): QueueEstimate {
	return {
		...all,
		requests: all.requests - last.requests,
		inputTokens: all.inputTokens - last.inputTokens,
		outputTokens: minus(all.outputTokens, last.outputTokens),
		maxOutputTokens: minus(all.maxOutputTokens, last.maxOutputTokens),
		direct: lessCost(all.direct, last.direct),
		batch: lessCost(all.batch, last.batch),
		batchBytes: all.batchBytes - last.batchBytes,
	};
}

function lessCost(all: LaneCost | null, last: LaneCost | null): LaneCost | null {
	return (
		all &&
		last && {
			inputUsd: all.inputUsd - last.inputUsd,
			outputUsd: minus(all.outputUsd, last.outputUsd),
			maxOutputUsd: minus(all.maxOutputUsd, last.maxOutputUsd),
		}
	);
}

function minus(a: number | null, b: number | null): number | null {
	return a === null || b === null ? null : a - b;
}
