import {expect, test} from 'vitest';
import {createAgenda, updateAgenda} from '../../source/domain/agenda.ts';
import {createBudget} from '../../source/domain/budget.ts';
import {noDemand} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import {createJointBudgets} from '../../source/domain/joint-rate.ts';
import {plan} from '../../source/domain/plan.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {JointRate} from '../../source/domain/settings.ts';
import {startedEvents} from '../../source/domain/started-events.ts';
import type {RunState} from '../../source/domain/state.ts';

const queues = ['a', 'b', 'c'].map(model => ({key: `openai/${model}`, provider: 'openai', model}));
const keys = queues.map(({key}) => key);

function createRun(count: number): RunState {
	const state = createState();
	const created = {type: 'run-created', at: 0, runId: 'r', toolVersion: '0', specDigest: ''} as const;
	reduce(state, {...created, simulated: null, count, queues}, 0);
	const session = {type: 'session-started', at: 0, session: 1, pid: 1, host: '', prices: []} as const;
	reduce(state, {...session, concurrency: 100_000}, 0);
	return state;
}

/** Starts whatever is allowed over so many seconds, by queue. */
function startsOver(seconds: number, rates: readonly JointRate[], state = createRun(30_000), from = 0) {
	const agenda = createAgenda(state, index => index % queues.length);
	const joint = createJointBudgets(state.queues, rates, from);
	const budgets = queues.map(() => createBudget(null, null));
	const starts: {readonly at: number; readonly queue: number}[] = [];
	for (let now = from; now < from + seconds * 1000; now += 100) {
		const common = {state, status: {draining: false, diskFull: null}, agenda, budgets, joint, rates: []};
		const lanes = queues.map(() => 'direct' as const);
		const planned = plan({...common, lanes, room: [], tokensOf: () => 0, demandOf: () => noDemand}, now);
		for (const event of startedEvents(planned.starts, now)) {
			reduce(state, event, 0);
			updateAgenda(agenda, state, event);
		}

		starts.push(...planned.starts.map(({queue}) => ({at: now, queue})));
		if (planned.starts.length > 0 && rates.length === 0) {
			break;
		}
	}

	return starts;
}

/** Most starts of these queues in any 60 s. */
function mostIn60s(starts: readonly {readonly at: number; readonly queue: number}[], of: readonly number[]) {
	const own = starts.filter(({queue}) => of.includes(queue));
	return Math.max(
		0,
		...own.map(({at}) => own.filter(other => other.at > at - 60_000 && other.at <= at).length),
	);
}

test('queues with one number keep it together, others their own', () => {
	const rates = [
		{name: 'x', rpm: 30, queues: [keys[0]!, keys[1]!]},
		{name: 'y', rpm: 12, queues: [keys[2]!]},
	];
	const starts = startsOver(180, rates);
	expect(mostIn60s(starts, [0, 1])).toBe(30);
	expect(mostIn60s(starts, [2])).toBe(12);
	// Neither of the two is left out.
	expect(starts.filter(({queue}) => queue === 0).length).toBeGreaterThan(20);
	expect(starts.filter(({queue}) => queue === 1).length).toBeGreaterThan(20);
});

test('the starts of an earlier session count', () => {
	const rates = [{name: 'x', rpm: 30, queues: keys}];
	const state = createRun(3000);
	const before = startsOver(20, rates, state);
	const after = startsOver(60, rates, state, 20_000);
	expect(before.length).toBeGreaterThanOrEqual(10);
	expect(mostIn60s([...before, ...after], [0, 1, 2])).toBe(30);
});
