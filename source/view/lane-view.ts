import {isOpen} from '../domain/batch.ts';
import {type LaneChoice, laneOf} from '../domain/lane-choice.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import {pulledIndexes} from '../domain/sample.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {LaneReason} from './snapshot.ts';

/** Which way the rest of a queue goes. */
export type QueueLane = LaneChoice & {
	/** Requests that are queued or waiting, without those pulled out of a batch and those that wait for a twin. */
	readonly open: number;
	/** Requests pulled out of a batch that are queued or waiting: they go direct, whatever the lane. */
	readonly pulled: number;
	/** Requests whose batch is not collected. */
	readonly batched: number;
};

/**
 * `pending`: requests without an outcome, by queue; `pulled`: those of them that are open and were pulled out of a
 * batch. Null rules: there is no batch lane. O(queues + batches).
 */
export function queueLanes(
	state: RunState,
	pending: readonly number[],
	pulled: readonly number[],
	rules: readonly QueueRules[] | null,
	settings: Pick<RunSettings, 'mode' | 'batch'>,
	startable?: readonly number[],
): readonly QueueLane[] {
	const batched = state.queues.map(() => 0);
	for (const batch of state.batches.values()) {
		if (isOpen(batch) && batched[batch.queue] !== undefined) {
			batched[batch.queue]! += batch.remaining;
		}
	}

	return state.queues.map((queue, number) => {
		const inBatches = batched[number]!;
		const tail = pulled[number] ?? 0;
		const left = Math.max(0, (pending[number] ?? 0) - queue.inFlight - inBatches - tail);
		const open = Math.min(left, startable?.[number] ?? left);
		const rule = rules?.[number];
		const choice: LaneChoice = rule
			? laneOf(state, number, rule, open, settings)
			: {lane: 'direct', why: 'no batch lane'};
		return {...choice, open, pulled: tail, batched: inBatches};
	});
}

/** Requests that go direct and can get their outcome without a person. */
export function directRemaining(
	state: RunState,
	lanes: readonly QueueLane[],
	source: Pick<RequestSource, 'queueOf'>,
): number {
	const {queues, columns} = state;
	let remaining = 0;
	for (const [number, {lane, open}] of lanes.entries()) {
		const {access, inFlight} = queues[number]!;
		remaining += access === 'held' ? 0 : inFlight + (lane === 'direct' ? open : 0);
	}

	for (const index of pulledIndexes(state)) {
		const queue = source.queueOf(index);
		const status = columns.status[index];
		const isOpen = status === statusCode.queued || status === statusCode.waiting;
		remaining += isOpen && lanes[queue]?.lane !== 'direct' && queues[queue]?.access !== 'held' ? 1 : 0;
	}

	return remaining;
}

/** The lanes that work now, in one word: `DIRECT`, `BATCH`, `BATCH+DIRECT`; those of the past once all is over. */
export function lanesWord(state: RunState, lanes: readonly QueueLane[]): string {
	const {done} = state.totals;
	const isOver =
		lanes.every(({open, pulled, batched}) => open + pulled + batched === 0) && state.inFlight.size === 0;
	const batch = isOver
		? done.batch > 0
		: lanes.some(({lane, open, batched}) => batched > 0 || (open > 0 && lane !== 'direct'));
	const direct = isOver
		? done.direct > 0
		: state.inFlight.size > 0 ||
			lanes.some(({lane, open, pulled}) => pulled > 0 || (open > 0 && lane === 'direct'));
	const word = batch ? (direct ? 'BATCH+DIRECT' : 'BATCH') : 'DIRECT';
	return state.forceDirect ? `${word} (forced)` : word;
}

export function laneReasons(state: RunState, lanes: readonly QueueLane[]): readonly LaneReason[] {
	return lanes.map(({lane, why}, number) => ({queue: state.queues[number]!.info.key, lane, why}));
}
