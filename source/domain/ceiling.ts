import {isOpen, openLinesOf} from './batch.ts';
import {usd} from './money.ts';
import type {RunSettings} from './settings.ts';
import type {RunState} from './state.ts';

/** The ceilings by name, as a person writes them in `limits`. */
export const limitNames = [
	'task.requests',
	'task.ktokens',
	'task.cost',
	'session.requests',
	'session.ktokens',
	'session.cost',
] as const;
export type LimitName = (typeof limitNames)[number];

/** Null: no ceiling. Requests count every call and every line of a batch, retries included; one that is shared counts once. */
export type Ceiling = {
	readonly requests: number | null;
	/** Input and output. */
	readonly tokens: number | null;
	readonly costPico: bigint | null;
};

/** What a call, or a batch, may use up at most; or what was used up. */
export type Demand = {readonly requests: number; readonly tokens: number; readonly costPico: bigint};

export const noDemand: Demand = {requests: 0, tokens: 0, costPico: 0n};

/** What may still be used up under each ceiling. */
export type Room = {readonly limit: LimitName; readonly what: keyof Ceiling; left: bigint}[];

/**
 * What the ceilings leave: nothing that was spent, may have been billed, or is in flight with its worst case counts
 * as free. `held` is that worst case of the direct calls; batches hold theirs from the cut of their shard until
 * they are collected.
 */
export function roomUnder(state: RunState, limits: RunSettings['limits'], held: Demand): Room {
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
	return scopes.flatMap(({scope, ceiling, requests, tokens, cost}) => [
		...roomOf(`${scope}.requests`, 'requests', ceiling.requests, requests + inFlight.requests),
		...roomOf(`${scope}.ktokens`, 'tokens', ceiling.tokens, tokens + inFlight.tokens),
		...roomOf(`${scope}.cost`, 'costPico', ceiling.costPico, cost + inFlight.cost),
	]);
}

/** A person may have raised the ceiling of the spec; another figure there takes precedence again. */
export function taskCost({raisedCost}: RunState, given: bigint | null): bigint | null {
	const over = given === null ? null : Number(given);
	return raisedCost !== null && raisedCost.over === over ? BigInt(raisedCost.costPico) : given;
}

/** The worst case of all shards, less what those of their requests used up that have an outcome. */
export function heldByBatches({batches}: RunState): Demand {
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

/** The first ceiling that the demand could pass; null when it fits. */
export function limitInTheWay(room: Room, demand: Demand): LimitName | null {
	return room.find(({what, left}) => BigInt(demand[what]) > left)?.limit ?? null;
}

export function takeRoom(room: Room, demand: Demand): void {
	for (const entry of room) {
		entry.left -= BigInt(demand[entry.what]);
	}
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
	const ceiling = limits[scope];
	switch (what) {
		case 'requests':
			return ceiling.requests ?? 0;
		case 'ktokens':
			return (ceiling.tokens ?? 0) / 1000;
		case 'cost':
			return usd((scope === 'task' ? taskCost(state, ceiling.costPico) : ceiling.costPico) ?? 0n);
	}
}
