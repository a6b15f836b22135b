import {ceilingValue, taskCost} from '../domain/ceiling.ts';
import {type Ceiling, limitNames, noCeiling, type StageLimit} from '../domain/limit.ts';
import {usd} from '../domain/money.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState, StageState} from '../domain/state.ts';
import type {CostView} from './snapshot.ts';

/** Every ceiling that is set, with what was used up of it. What may have been billed counts as spent. */
export function ceilingsOf(state: RunState, limits: RunSettings['limits']): CostView['ceilings'] {
	const {totals, session} = state;
	const used = {
		'task.requests': totals.calls,
		'task.ktokens': (totals.tokens.input + totals.tokens.output + totals.maybeBilled.tokens) / 1000,
		'task.cost': usd(totals.cost.direct + totals.cost.batch + totals.maybeBilled.cost),
		'session.requests': session.calls,
		'session.ktokens': (session.tokens + session.maybeBilledTokens) / 1000,
		'session.cost': usd(session.cost + session.maybeBilled),
	};
	const whole = limitNames
		.map(limit => ({limit, used: used[limit], of: ceilingValue(state, limits, limit)}))
		.filter(({limit, of}) => of > 0 || isSet(state, limits, limit));
	return [
		...whole,
		...state.stages.flatMap(stage => ofStage(stage, limits.stages?.[stage.name] ?? noCeiling)),
	];
}

function ofStage({name, used}: StageState, {requests, tokens, costPico}: Ceiling): CostView['ceilings'] {
	const of = (limit: StageLimit, part: number, ceiling: number | null) =>
		ceiling === null ? [] : [{limit, used: part, of: ceiling}];
	return [
		...of(`stage:${name}.requests`, used.requests, requests),
		...of(`stage:${name}.ktokens`, used.tokens / 1000, tokens === null ? null : tokens / 1000),
		...of(`stage:${name}.cost`, usd(used.costPico), costPico === null ? null : usd(costPico)),
	];
}

/** A ceiling of nothing is one too: it lets nothing pass. */
function isSet(state: RunState, limits: RunSettings['limits'], limit: (typeof limitNames)[number]): boolean {
	const [scope, what] = limit.split('.') as ['task' | 'session', 'requests' | 'ktokens' | 'cost'];
	const {requests, tokens, costPico} = limits[scope];
	switch (what) {
		case 'requests':
			return requests !== null;
		case 'ktokens':
			return tokens !== null;
		case 'cost':
			return costPico !== null || (scope === 'task' && taskCost(state, null) !== null);
	}
}
