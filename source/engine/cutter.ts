import type {BatchLaneOptions} from './batch-lane-options.ts';
import {cutShard} from './cut-shard.ts';

/** A disk that refuses is asked again after this long, and so often before a person is asked. */
const diskRetryMs = 2000;
const enoughRefusals = 3;

/** Cuts one shard at a time, and waits for a disk that refuses. */
export type Cutter = {
	cut(queue: number, signal: AbortSignal): Promise<void>;
	/** When the disk is asked again; null when it may be now. */
	restsUntil(now: number): number | null;
};

/** `absent` takes the shards of which the API surely has nothing. */
export function createCutter(lane: BatchLaneOptions, absent: Set<number>): Cutter {
	const {state, clock, record} = lane;
	let refusals = 0;
	let againAt = 0;
	return {
		async cut(queue, signal) {
			const shard = state.lastShard + 1;
			const refusal = await cutShard(queue, lane, signal);
			if (state.batches.has(shard)) {
				absent.add(shard);
			}

			refusals = refusal === null ? 0 : refusals + 1;
			againAt = refusal === null ? 0 : clock.now() + diskRetryMs;
			if (refusals >= enoughRefusals) {
				refusals = 0;
				const reason = `the file of the next batch cannot be written: ${refusal}`;
				record({type: 'guard-tripped', at: clock.now(), reason});
			}
		},
		restsUntil: now => (againAt > now ? againAt : null),
	};
}
