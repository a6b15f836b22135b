import {type LifeStep, lifeSteps} from '../../source/domain/life-step.ts';
import {seededRandom} from '../seeded-random.ts';
import type {KillPlan} from './killed-session.ts';
import {type MadeSpec, makeSpec, type SpecKind} from './made-spec.ts';

/** A round as its seed decides it. */
export type PlannedRound = {
	readonly seed: number;
	readonly spec: MadeSpec;
	readonly plans: readonly KillPlan[];
};

/** Random kills of one run. Half of their instants lie anywhere in a process, half among its calls. */
export function planRandomRound(seed: number, kind: SpecKind, kills: number): PlannedRound {
	const random = seededRandom(seed);
	const spec = makeSpec(kind, random);
	const plans = Array.from({length: kills}, (): KillPlan => {
		return random() < 0.3
			? {at: 'start', afterMs: Math.floor(random() * 1500)}
			: {at: 'first-line', afterMs: Math.floor(random() * 900)};
	});
	return {seed, spec, plans};
}

export const steps = Object.keys(lifeSteps) as readonly LifeStep[];

/** A run that is killed when it gets to a step, the nth time. */
export function planStepRound(seed: number, step: LifeStep, kind: SpecKind, isFirst: boolean): PlannedRound {
	const random = seededRandom(seed);
	const spec = makeSpec(kind, random);
	const most = often.has(step) ? 30 : once.has(step) ? 1 : 2;
	const nth = isFirst ? 1 : 1 + Math.floor(random() * most);
	return {seed, spec, plans: [{at: 'step', step, nth}]};
}

/** Steps that a run takes many times. */
const often: ReadonlySet<LifeStep> = new Set([
	'started',
	'answered',
	'recorded',
	'written',
	'torn',
	'polling',
]);

/** Those that a session takes once. */
const once: ReadonlySet<LifeStep> = new Set([
	'locked',
	'inputs-copied',
	'run-recorded',
	'results-synced',
	'results-half',
	'results-placed',
]);

const ofBatches: readonly SpecKind[] = ['batch', 'mixed'];
const ofCalls: readonly SpecKind[] = ['direct', 'mixed', 'packed', 'staged'];
const ofAll: readonly SpecKind[] = ['direct', 'batch', 'packed', 'staged', 'mixed'];

/** In which kinds a run gets to a step. */
export function kindsWith(step: LifeStep): readonly SpecKind[] {
	switch (step) {
		case 'cut':
		case 'uploaded':
		case 'creating':
		case 'created':
		case 'polling':
		case 'downloading':
		case 'collected':
		case 'cleaned-up':
			return ofBatches;
		case 'started':
		case 'answered':
		case 'recorded':
		case 'written':
			return ofCalls;
		case 'added':
			return ['staged'];
		case 'locked':
		case 'inputs-copied':
		case 'run-recorded':
		case 'torn':
		case 'saving':
		case 'saved':
		case 'results-synced':
		case 'results-half':
		case 'results-placed':
			return ofAll;
	}
}
