import {setImmediate as nextTurn} from 'node:timers/promises';
import {completionOf} from '../domain/completion.ts';
import {allowedOutput, unknownOutput} from '../domain/demand.ts';
import {usd} from '../domain/money.ts';
import {changeFields, type ParamChange} from '../domain/param-change.ts';
import {costOf} from '../domain/price.ts';
import type {JsonObject, Request, RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {bodyOf} from '../engine/attempt.ts';
import type {ChangeTarget} from './change-target.ts';
import type {LoadedCounter} from './queue-rules-of.ts';

/** Requests that are counted, evenly over those chosen. */
const mostCounted = 1000;
/** The engine works in the same thread: after this long it has its turn. */
const sliceMs = 10;

export type CostSources = {
	readonly state: RunState;
	/** As they are sent now. */
	readonly source: RequestSource;
	readonly settings: Pick<RunSettings, 'completionRatio'>;
	readonly counter: Pick<LoadedCounter, 'ofModel'>;
};

export type ChangeCost = {
	/** Null where a price is unknown. */
	readonly costUsd: number | null;
	readonly beforeUsd: number | null;
	/** All were looked at, and the change makes no difference to any. */
	readonly isVain: boolean;
};

/** Expected cost of one attempt each, at direct prices, with a change and without it. */
export async function changeCost(
	indexes: ArrayLike<number>,
	change: ParamChange,
	targetOf: (queue: number) => ChangeTarget,
	ownOf: (queue: number) => ChangeTarget,
	sources: CostSources,
): Promise<ChangeCost> {
	const count = Math.min(indexes.length, mostCounted);
	let after: bigint | null = 0n;
	let before: bigint | null = 0n;
	let differs = count < indexes.length;
	let began = performance.now();
	for (let step = 0; step < count; step++) {
		const request = sources.source.expand(indexes[Math.floor((step * indexes.length) / count)]!);
		const body = bodyOf(request, sources.state);
		const changed = changeFields(change.model === null ? body : {...body, model: change.model}, change);
		differs ||= JSON.stringify(changed) !== JSON.stringify(body);
		before = sum(before, expectedCost(request, body, ownOf(request.queue), sources));
		after = sum(after, expectedCost(request, changed, targetOf(request.queue), sources));
		if (performance.now() - began > sliceMs) {
			await nextTurn();
			began = performance.now();
		}
	}

	const ofAll = (pico: bigint | null) => (pico === null ? null : (usd(pico) * indexes.length) / count);
	return {costUsd: ofAll(after), beforeUsd: ofAll(before), isVain: !differs};
}

function sum(one: bigint | null, other: bigint | null): bigint | null {
	return one === null || other === null ? null : one + other;
}

function expectedCost(
	{endpoint}: Request,
	body: JsonObject,
	{price, rules, completion, info}: ChangeTarget,
	{settings, counter}: CostSources,
): bigint | null {
	if (price === null) {
		return null;
	}

	const allowed = allowedOutput(body, endpoint, rules.maxOutput ?? unknownOutput) ?? 0;
	const output = Math.ceil(allowed * completionOf(settings.completionRatio, completion));
	return costOf({input: counter.ofModel(info.model, body), cached: 0, output}, price, 'direct');
}
