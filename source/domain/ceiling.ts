import {type BatchState, isOpen, openLinesOf} from './batch.ts';
import {type Ceiling, type LimitName, noCeiling, type StageLimit} from './limit.ts';
import {usd} from './money.ts';
import type {RunSettings} from './settings.ts';
import type {RunState} from './state.ts';

/** What a call, or a batch, may use up at most; or what was used up. */
export type Demand = {readonly requests: number; readonly tokens: number; readonly costPico: bigint};

export const noDemand: Demand = {requests: 0, tokens: 0, costPico: 0n};

/** What may still be used up under each ceiling. `stage`: it holds for the requests of this stage alone. */
export type Room = {
	readonly limit: LimitName;
	readonly what: keyof Ceiling;
	readonly stage?: number;
	left: bigint;
}[];

/**
 * What the ceilings leave: nothing that was spent, may have been billed, or is in flight with its worst case counts
 * as free. `held` is that worst case of the direct calls; batches hold theirs from the cut of their shard until
 * they are collected.
 */
export function roomUnder(
	state: RunState,
	limits: RunSettings['limits'],
	held: Demand,
	/** The same of the calls of one stage, by its position. */
	heldBy: (stage: number) => Demand = () => held,
): Room {
	const {totals, session} = state;
	const batches = heldByBatches(state);
	// A direct call is counted from its start, a line of a batch only when it comes back.
	const inFlight = {
		requests: batches.requests,
		tokens: batches.tokens + held.tokens,
		cost: batches.costPico + held.costPico,
	};
	const scopes = [
		{
			scope: 'task',
			ceiling: {...limits.task, costPico: taskCost(state, limits.task.costPico)},
			requests: totals.calls,
			tokens: totals.tokens.input + totals.tokens.output + totals.maybeBilled.tokens,
			cost: totals.cost.direct + totals.cost.batch + totals.maybeBilled.cost,
		},
		{
			scope: 'session',
			ceiling: limits.session,
			requests: session.calls,
			tokens: session.tokens + session.maybeBilledTokens,
			cost: session.cost + session.maybeBilled,
		},
	] as const;
	const rooms = scopes.flatMap(({scope, ceiling, requests, tokens, cost}) => [
		...roomOf(`${scope}.requests`, 'requests', ceiling.requests, requests + inFlight.requests),
		...roomOf(`${scope}.ktokens`, 'tokens', ceiling.tokens, tokens + inFlight.tokens),
		...roomOf(`${scope}.cost`, 'costPico', ceiling.costPico, cost + inFlight.cost),
	]);
	return limits.stages === undefined ? rooms : [...rooms, ...stageRooms(state, limits.stages, heldBy)];
}

/** A batch that holds any request of a stage counts whole for it: never too little. */
function stageRooms(
	state: RunState,
	ceilings: {readonly [stage: string]: Ceiling},
	heldBy: (stage: number) => Demand,
): Room {
	return state.stages.flatMap(({name, used}, stage) => {
		const ceiling = ceilings[name];
		if (!ceiling) {
			return [];
		}

		const {tokens, costPico} = heldBy(stage);
		const batches = heldByBatches({
			batches: new Map([...state.batches].filter(([, batch]) => mayHoldStage(state, batch))),
		});
		return [
			...roomOf(`stage:${name}.requests`, 'requests', ceiling.requests, used.requests + batches.requests),
			...roomOf(`stage:${name}.ktokens`, 'tokens', ceiling.tokens, used.tokens + tokens + batches.tokens),
			...roomOf(
				`stage:${name}.cost`,
				'costPico',
				ceiling.costPico,
				used.costPico + costPico + batches.costPico,
			),
		].map(room => ({...room, stage}));
	});
}

function mayHoldStage({added}: RunState, {indexes}: BatchState): boolean {
	return indexes.some(([from, length]) => from + length > added.from);
}

/** Position of the stage that added a request; null: it is of the spec. */
export function stageOf({added}: Pick<RunState, 'added'>, index: number): number | null {
	return index < added.from ? null : added.stage[index - added.from]!;
}

/** A person may have raised the ceiling of the spec; another figure there takes precedence again. */
export function taskCost({raisedCost}: RunState, given: bigint | null): bigint | null {
	const over = given === null ? null : Number(given);
	return raisedCost !== null && raisedCost.over === over ? BigInt(raisedCost.costPico) : given;
}

/** The worst case of all shards, less what those of their requests used up that have an outcome. */
export function heldByBatches({batches}: Pick<RunState, 'batches'>): Demand {
	let {requests, tokens, costPico} = noDemand;
	for (const batch of batches.values()) {
		if (isOpen(batch)) {
			requests += openLinesOf(batch);
			const {used} = batch;
			tokens += Math.max(0, batch.worstTokens - used.input - used.output);
			costPico += BigInt(Math.max(0, batch.worstPico - used.pico));
		}
	}

	return {requests, tokens, costPico};
}

/** The first ceiling that the demand of a request, of a stage or of none, could pass; null when it fits. */
export function limitInTheWay(room: Room, demand: Demand, stage: number | null = null): LimitName | null {
	return room.find(entry => concerns(entry, stage) && BigInt(demand[entry.what]) > entry.left)?.limit ?? null;
}

export function takeRoom(room: Room, demand: Demand, stage: number | null = null): void {
	for (const entry of room) {
		if (concerns(entry, stage)) {
			entry.left -= BigInt(demand[entry.what]);
		}
	}
}

function concerns({stage}: Room[number], asked: number | null): boolean {
	return stage === undefined || stage === asked;
}

export function isStageLimit(limit: LimitName): limit is StageLimit {
	return limit.startsWith('stage:');
}

function roomOf(
	limit: LimitName,
	what: keyof Ceiling,
	ceiling: number | bigint | null,
	used: number | bigint,
): Room {
	return ceiling === null ? [] : [{limit, what, left: BigInt(ceiling) - BigInt(used)}];
}

/** The ceiling itself as a person writes it: requests, kilotokens or USD. */
export function ceilingValue(state: RunState, limits: RunSettings['limits'], limit: LimitName): number {
	const [scope, what] = limit.split('.') as ['task' | 'session', 'requests' | 'ktokens' | 'cost'];
	const stage = limits.stages?.[scope.replace(/^stage:/, '')];
	const ceiling = isStageLimit(limit) ? (stage ?? noCeiling) : limits[scope];
	switch (what) {
		case 'requests':
			return ceiling.requests ?? 0;
		case 'ktokens':
			return (ceiling.tokens ?? 0) / 1000;
		case 'cost':
			return usd((scope === 'task' ? taskCost(state, ceiling.costPico) : ceiling.costPico) ?? 0n);
	}
}
