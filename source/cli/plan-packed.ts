import type {RequestSource} from '../domain/request.ts';
import type {Spec} from '../spec/spec.ts';
import type {WayPlan} from '../view/plan-preview.ts';
import {packedSource} from './packed-source.ts';
import {type PlanInput, planRun, type RunPlan} from './plan-preview.ts';
import {askedOnce, type Repeats, repeatsOf} from './repeated-plan.ts';
import {planningSharing} from './sharing-of.ts';

/** A plan with what becomes of it where the spec packs its requests. */
export type SpecPlan = RunPlan & {
	/** As they would be sent, each call as a request. */
	readonly calls: RequestSource;
	/** Calls and lines of batches, audits and rounds of a vote included; null where no call is shared. */
	readonly packedCalls: number | null;
	/** Which items are audited hangs on their ids, so that there may be more of them. */
	readonly isAudited: boolean;
};

/** What a spec would take by each way, packed where it says so. */
export async function planSpec(input: PlanInput, spec: Spec): Promise<SpecPlan> {
	const plan = await planRun({...input, repeats: repeatsOf(spec)});
	const {source, state, rules} = input;
	const sharing = await planningSharing(spec, state, rules, source);
	if (sharing === null) {
		return {...plan, calls: source, packedCalls: null, isAudited: false};
	}

	const {audit = 0} = spec.pack ?? {};
	const lanes = plan.queues.map(({choice}) => choice.lane);
	const calls = packedSource(source, sharing);
	const rounds = roundsOf(spec);
	const {chosen} = await planRun({...input, source: calls, lanes, repeats: rounds});
	// The audited ones go once more, alone.
	const packed = sum(scaled(chosen, 1 / calls.share), scaled(plan.chosen, audit));
	return {
		...plan,
		chosen: packed,
		preview: {...plan.preview, packed},
		calls,
		packedCalls: Math.ceil((calls.count * rounds.most) / calls.share) + Math.ceil(source.count * audit),
		isAudited: audit > 0,
	};
}

/** Two rounds settle what a model is sure of. */
function roundsOf({pack}: Pick<Spec, 'pack'>): Repeats {
	const vote = pack?.vote ?? null;
	return vote === null
		? askedOnce
		: {least: vote.stopsEarly ? Math.min(2, vote.rounds) : vote.rounds, most: vote.rounds};
}

type Amount = Exclude<keyof WayPlan, 'waves'>;

const amounts = [
	'calls',
	'files',
	'bytes',
	'inputTokens',
	'outputTokens',
	'maxOutputTokens',
	'usd',
	'maxUsd',
	'directSeconds',
	'enqueuedTokens',
	'mostEnqueuedTokens',
] as const satisfies readonly Amount[];

/** Money is not counted in wholes. */
const fractions: ReadonlySet<Amount> = new Set(['usd', 'maxUsd']);

function scaled(way: WayPlan, factor: number): WayPlan {
	return withAmounts(way, name => {
		const amount = way[name];
		return amount === null ? null : fractions.has(name) ? amount * factor : Math.ceil(amount * factor);
	});
}

function sum(one: WayPlan, other: WayPlan): WayPlan {
	return withAmounts(one, name => {
		const [a, b] = [one[name], other[name]];
		return a === null || b === null ? null : a + b;
	});
}

function withAmounts(way: WayPlan, amountOf: (name: Amount) => number | null): WayPlan {
	return {...way, ...(Object.fromEntries(amounts.map(name => [name, amountOf(name)])) as Partial<WayPlan>)};
}
