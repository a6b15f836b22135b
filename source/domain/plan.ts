import {giveBack, nextCandidate, nextDue, nextPulled, takeCandidate} from './agenda.ts';
import {type Budget, type Start, startRoomAt, takeStart} from './budget.ts';
import {type Demand, isStageLimit, limitInTheWay, noDemand, type Room, stageOf, takeRoom} from './ceiling.ts';
import {isOffline, providerOf} from './create-state.ts';
import {earlier} from './earlier.ts';
import type {Halting} from './engine-status.ts';
import {createGatherer, type Gatherer} from './gather.ts';
import type {LaneChoice} from './lane-choice.ts';
import type {LimitName} from './limit.ts';
import {waitsForModel} from './model-turns.ts';
import {isOpen} from './open-count.ts';
import type {Agenda} from './queue-agenda.ts';
import {type QueueRate, rateGate, takeRate} from './queue-rate.ts';
import type {QueueRules} from './queue-rules.ts';
import type {Request} from './request.ts';
import {isSampling} from './sample.ts';
import type {Sharing} from './sharing.ts';
import type {QueueState, RunState} from './state.ts';

/** A call to be made. */
export type PlannedStart = {
	/** The request that it is for, or the first of those that share it. */
	readonly index: number;
	/** The others that share it. */
	readonly others: readonly number[];
	readonly queue: number;
	readonly start: Start;
	/** Its number among the queue's calls of this session; 0 where rates do not adapt. */
	readonly call: number;
};

export type Plan = {
	readonly starts: readonly PlannedStart[];
	/** When to plan again if nothing else happens before; null when only an event can change something. */
	readonly wakeAt: number | null;
	/** The ceiling that kept a request from starting. */
	readonly limit: LimitName | null;
};

export type SharedStarts = {
	readonly by: Sharing;
	/** A request as it would be sent alone now. */
	readonly requestOf: (index: number) => Request;
};

export type PlanInput = {
	readonly state: RunState;
	readonly status: Halting;
	readonly agenda: Agenda;
	readonly budgets: readonly Budget[];
	/** By queue: the bound that it shares with others; null where it has none, absent where none has. */
	readonly joint?: readonly (Budget | null)[];
	/** By queue. Absent: servers hold as many models as they are asked for. */
	readonly queueRules?: readonly Pick<QueueRules, 'holdsOneModel'>[];
	/** By queue; null where they do not adapt. */
	readonly rates: readonly (QueueRate | null)[];
	/** By queue. */
	readonly lanes: readonly LaneChoice['lane'][];
	/** What the ceilings leave; used up as starts are planned. */
	readonly room: Room;
	/** Asked only where tokens are limited. */
	readonly tokensOf: (index: number, others: readonly number[]) => number;
	/** Asked only where there is a ceiling. */
	readonly demandOf: (index: number, others: readonly number[]) => Demand;
	/** Absent or null: every request has a call of its own. */
	readonly sharing?: SharedStarts | null;
};

/** Nothing new may begin in either lane. */
function isHalted(state: RunState, status: Halting): boolean {
	return (
		state.paused ||
		state.guard.tripped !== null ||
		state.stageFailure !== null ||
		state.limitReached !== null ||
		status.draining ||
		status.diskFull !== null
	);
}

/** The same of batches, which wait for a sample too. */
export function isBatchHalted(state: RunState, status: Halting): boolean {
	return isHalted(state, status) || isSampling(state);
}

const alone: readonly number[] = [];

/** A turn looks past so many requests whose stage may use up no more. */
const mostAside = 200;

function othersOf(members: readonly Request[]): readonly number[] {
	return members.length === 1 ? alone : members.slice(1).map(({index}) => index);
}

/** What to start now. Looks at each queue's next call only, so a turn costs as much as it starts. */
export function plan(input: PlanInput, now: number): Plan {
	const {state, status, agenda} = input;
	if (isHalted(state, status)) {
		return {starts: [], wakeAt: null, limit: null};
	}

	const starts: PlannedStart[] = [];
	const picked = new Set<number>();
	/** Those that the ceiling of their stage keeps from starting. */
	const aside: number[] = [];
	const startedOf = new Map<QueueState | string, number>();
	let wakeAt = Number.POSITIVE_INFINITY;
	let limit: LimitName | null = null;
	let room = state.concurrency - state.callsOut;
	const gatherers = input.sharing ? createGatherers(input, input.sharing, now) : null;
	const open = new Set(state.queues.keys());
	for (let number = agenda.turn; room > 0 && open.size > 0; number++) {
		const queueNumber = number % state.queues.length;
		if (!open.has(queueNumber)) {
			continue;
		}

		const queue = state.queues[queueNumber]!;
		const mayStart =
			(isOpenLane(input, queueNumber) || agenda.pulled[queueNumber]!.open > 0) &&
			!waitsForModel(state, agenda, input.queueRules ?? [], queueNumber);
		const gate = mayStart ? gateOf(input, queueNumber, startedOf, now) : never;
		const gatherer = gatherers?.[queueNumber] ?? null;
		let gathered = gate === null && gatherer ? gatherer.next() : null;
		const candidate = gate === null && !gatherer ? nextOf(input, queueNumber, now) : null;
		const index = candidate?.index ?? gathered?.[0]?.index ?? null;
		if (index === null) {
			open.delete(queueNumber);
			wakeAt = Math.min(wakeAt, gate ?? dueOf(input, queueNumber) ?? wakeAt);
			continue;
		}

		const stage = stageOf(state, index);
		let others = gathered ? othersOf(gathered) : alone;
		let demand = input.room.length === 0 ? noDemand : input.demandOf(index, others);
		let inTheWay = limitInTheWay(input.room, demand, stage);
		// While calls are out they may give room back to a whole one; the last room is for as many as it can hold.
		while (
			inTheWay !== null &&
			gatherer &&
			gathered &&
			others.length > 0 &&
			state.callsOut + starts.length === 0
		) {
			gathered = gatherer.halve(gathered);
			others = othersOf(gathered);
			demand = input.demandOf(index, others);
			inTheWay = limitInTheWay(input.room, demand, stage);
		}

		if (inTheWay !== null) {
			limit ??= inTheWay;
			// Others of the queue are not of this stage.
			if (isStageLimit(inTheWay) && aside.length < mostAside) {
				if (candidate) {
					takeCandidate(agenda, queueNumber, candidate);
				}

				aside.push(index, ...others);
				continue;
			}

			open.delete(queueNumber);
			gatherer?.putBack(gathered ?? []);
			// A retry that comes due may be cheaper than this one.
			const due = dueOf(input, queueNumber);
			wakeAt = due !== null && due > now ? Math.min(wakeAt, due) : wakeAt;
			continue;
		}

		const budget = input.budgets[queueNumber]!;
		const joint = input.joint?.[queueNumber] ?? null;
		const tokens = budget.tokensPerMinute === null ? 0 : input.tokensOf(index, others);
		const roomAt = joint === null ? 0 : startRoomAt(joint, 0, now);
		const start = roomAt > now ? {retryAt: roomAt} : takeStart(budget, tokens, now);
		if ('retryAt' in start) {
			open.delete(queueNumber);
			gatherer?.putBack(gathered ?? []);
			wakeAt = Math.min(wakeAt, start.retryAt);
			continue;
		}

		if (candidate) {
			takeCandidate(agenda, queueNumber, candidate);
		}

		if (!picked.has(index)) {
			picked.add(index);
			takeRoom(input.room, demand, stage);
			if (joint !== null) {
				takeStart(joint, 0, now);
			}

			const rate = input.rates[queueNumber] ?? null;
			const call = rate === null ? 0 : takeRate(rate, now);
			starts.push({index, others, queue: queueNumber, start, call});
			room--;
			count(startedOf, queue);
			count(startedOf, queue.info.provider);
		}
	}

	gatherers?.forEach(gatherer => void gatherer.close());
	for (const index of aside) {
		giveBack(agenda, state, index);
	}

	agenda.turn = state.queues.length > 0 ? (agenda.turn + 1) % state.queues.length : 0;
	return {starts, wakeAt: Number.isFinite(wakeAt) ? wakeAt : null, limit};
}

/** By queue. What they drew and do not need stands on the agenda again when they are closed. */
function createGatherers(input: PlanInput, {by, requestOf}: SharedStarts, now: number): readonly Gatherer[] {
	const {agenda, state} = input;
	return state.queues.map((_, queue) =>
		createGatherer(by, {
			draw() {
				const candidate = nextOf(input, queue, now);
				if (candidate !== null) {
					takeCandidate(agenda, queue, candidate);
				}

				return candidate?.index ?? null;
			},
			giveBack: index => giveBack(agenda, state, index),
			requestOf,
			mostOf: index => state.mostShared.get(index) ?? Number.POSITIVE_INFINITY,
			isOpen: index => isOpen(state, index),
		}),
	);
}

/** Those pulled out of a batch, and those of a sample, first: they are waited for, whatever the queue's lane. */
function nextOf(input: PlanInput, queue: number, now: number) {
	const {agenda, state} = input;
	const pulled = nextPulled(agenda, state, queue, now);
	return pulled ?? (isOpenLane(input, queue) ? nextCandidate(agenda, state, queue, now) : null);
}

function dueOf(input: PlanInput, queue: number): number | null {
	const {agenda, state} = input;
	const pulled = nextDue(agenda.pulled[queue]!, state);
	return earlier(pulled, isOpenLane(input, queue) ? nextDue(agenda.queues[queue]!, state) : null);
}

/** The queue's own requests go direct now. */
function isOpenLane({state, lanes}: Pick<PlanInput, 'state' | 'lanes'>, queue: number): boolean {
	return lanes[queue] === 'direct' && !isSampling(state);
}

/** Only an event opens the queue to this lane. */
const never = Number.POSITIVE_INFINITY;

/** Null when the queue may start a call, else when to look again (`never`: only an event opens it). */
function gateOf(
	{state, rates}: PlanInput,
	queueNumber: number,
	started: ReadonlyMap<QueueState | string, number>,
	now: number,
): number | null {
	const queue = state.queues[queueNumber]!;
	if (queue.access === 'held') {
		return never;
	}

	if (queue.access === 'probing' && queue.inFlight + (started.get(queue) ?? 0) > 0) {
		return never;
	}

	if (queue.throttledUntil > now) {
		return queue.throttledUntil;
	}

	const provider = providerOf(state, queue.info.provider);
	if (!isOffline(provider)) {
		const rate = rates[queueNumber] ?? null;
		return rate === null ? null : rateGate(rate, now);
	}

	if (provider.inFlight + (started.get(queue.info.provider) ?? 0) > 0) {
		return never;
	}

	return provider.probeAt > now ? provider.probeAt : null;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
	counts.set(key, (counts.get(key) ?? 0) + 1);
}
