import {nextCandidate, nextDue} from '../domain/agenda.ts';
import {isEnded, isOpen, isUnpushed} from '../domain/batch.ts';
import {type Demand, limitInTheWay, noDemand, type Room, roomUnder, stageOf} from '../domain/ceiling.ts';
import type {LimitName} from '../domain/limit.ts';
import {isBatchHalted} from '../domain/plan.ts';
import {shardLimits} from '../domain/shard.ts';
import {asSent} from './attempt.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {shardLine} from './measure-line.ts';

/** Where requests were added so shortly before, more may follow: a shard that is not full waits for them. */
const quietMs = 1000;

/** Requests that come due this soon are waited for, when without them a shard would not be full. */
const worthWaitingMs = 60_000;

export type CutChoice = {
	/** The queue whose requests may be cut now. */
	readonly queue: number | null;
	/** When to look again, if nothing else happens before. */
	readonly wakeAt: number | null;
	/** The ceiling in the way of all that could be cut. */
	readonly limit: LimitName | null;
};

const none: CutChoice = {queue: null, wakeAt: null, limit: null};

/** Which queue's requests go to the next file. Asked on every turn: it looks at one request a queue. */
export function createCutChooser(lane: BatchLaneOptions): (now: number) => CutChoice {
	const {state, settings, agenda, status, lanes, held, heldBy, onlyProcess} = lane;
	let turn = 0;
	/** The request that a ceiling turned away is asked for again on every turn. */
	let measured: {readonly asked: readonly unknown[]; readonly worst: Demand} | null = null;

	function isPossible(number: number, ways: ReturnType<typeof lanes>): boolean {
		return ways[number] === 'batch' && state.queues[number]!.access !== 'held' && !isSettling(state, number);
	}

	function worstOf(index: number): Demand {
		// What hangs on the state in what it is asked: `know` in prepare-call.ts.
		const asked = [index, state.changed.get(index), state.truncated.get(index), state.rounds.get(index)];
		if (!measured || asked.some((part, at) => part !== measured?.asked[at])) {
			const request = asSent(lane.source.expand(index), state);
			measured = {asked, worst: shardLine([request], 0, 0, lane).size.worst};
		}

		return measured.worst;
	}

	/** The ceiling that leaves so little that a batch would be small: what is out gives room back when it has ended. */
	function limitOfMany(worst: Demand, room: Room, open: number): LimitName | null {
		const wanted = Math.min(settings.batch.minRequests, open);
		const isOut = held().requests > 0 || [...state.batches.values()].some(isOpen);
		return isOut ? limitInTheWay(room, times(worst, wanted)) : null;
	}

	return now => {
		const unpushed = [...state.batches.values()].filter(isUnpushed).length;
		if (onlyProcess || isBatchHalted(state, status()) || unpushed >= settings.batch.maxUnpushed) {
			return none;
		}

		const ways = lanes();
		const room = roomUnder(state, settings.limits, held(), heldBy);
		let wakeAt: number | null = null;
		let limit: LimitName | null = null;
		turn++;
		for (let step = 0; step < state.queues.length; step++) {
			const number = (turn + step) % state.queues.length;
			const waiting = agenda.queues[number]!;
			if (!isPossible(number, ways)) {
				continue;
			}

			const candidate = nextCandidate(agenda, state, number, now);
			const due = nextDue(waiting, state);
			const isSoon = due !== null && due > now && due <= now + worthWaitingMs;
			const {requests} = shardLimits(settings, state.queues[number]!, lane.queueRules[number]!);
			const quietAt = state.lastAddedAt + quietMs;
			if (candidate !== null && waiting.open < requests && quietAt > now && mayGrow(state)) {
				wakeAt = Math.min(wakeAt ?? quietAt, quietAt);
				continue;
			}

			if (candidate === null || (isSoon && waiting.open < requests)) {
				wakeAt = Math.min(due ?? Number.POSITIVE_INFINITY, wakeAt ?? Number.POSITIVE_INFINITY);
				continue;
			}

			const worst = room.length === 0 ? noDemand : worstOf(candidate.index);
			const inTheWay =
				limitInTheWay(room, worst, stageOf(state, candidate.index)) ?? limitOfMany(worst, room, waiting.open);
			if (inTheWay === null) {
				return {queue: number, wakeAt: null, limit: null};
			}

			limit ??= inTheWay;
		}

		return {queue: null, wakeAt: wakeAt !== null && Number.isFinite(wakeAt) ? wakeAt : null, limit};
	};
}

function mayGrow({stages}: BatchLaneOptions['state']): boolean {
	return stages.some(stage => stage.isOpen);
}

/** Results are coming in, or a refused shard is about to return: how many requests are left is known only then. */
function isSettling({batches}: BatchLaneOptions['state'], queue: number): boolean {
	for (const batch of batches.values()) {
		if (batch.queue === queue && (isEnded(batch) || batch.step === 'rejected')) {
			return true;
		}
	}

	return false;
}

function times({requests, tokens, costPico}: Demand, count: number): Demand {
	return {requests: requests * count, tokens: tokens * count, costPico: costPico * BigInt(count)};
}
