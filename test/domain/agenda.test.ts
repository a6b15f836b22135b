import {describe, expect, test} from 'vitest';
import {createAgenda, nextCandidate, takeCandidate, updateAgenda} from '../../source/domain/agenda.ts';
import {type Budget, createBudget} from '../../source/domain/budget.ts';
import {noDemand} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import type {Halting} from '../../source/domain/engine-status.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {type Plan, plan} from '../../source/domain/plan.ts';
import type {Agenda} from '../../source/domain/queue-agenda.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {startedEvents} from '../../source/domain/started-events.ts';
import {type RunState, statusCode} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const queues = ['a', 'b', 'c'].map(model => ({key: `openai/${model}`, provider: 'openai', model}));
const queueOf = (index: number) => index % queues.length;
const running = {draining: false, diskFull: null};

function createRun(count: number, concurrency: number) {
	const state = createState();
	reduce(
		state,
		{
			type: 'run-created',
			at: 0,
			runId: 'r',
			toolVersion: '0',
			specDigest: '',
			simulated: null,
			count,
			queues,
		},
		0,
	);
	reduce(state, {type: 'session-started', at: 0, session: 1, pid: 1, host: '', prices: [], concurrency}, 0);
	return state;
}

function planned(
	state: RunState,
	status: Halting,
	agenda: Agenda,
	budgets: readonly Budget[],
	now: number,
): Plan {
	const lanes = state.queues.map(() => 'direct' as const);
	const input = {
		state,
		status,
		agenda,
		budgets,
		rates: [],
		lanes,
		room: [],
		tokensOf: () => 0,
		demandOf: () => noDemand,
	};
	return plan(input, now);
}

function failure(
	index: number,
	at: number,
	sequel: 'retry' | 'wait' | 'hold' | 'fail',
	retryAt: number | null,
): RunEvent {
	return {
		type: 'attempt-failed',
		at,
		index,
		lane: 'direct',
		startedAt: at,
		batchId: null,
		requestId: null,
		sequel,
		retryAt,
		hinted: false,
		failure: {kind: 'server', status: 500, code: null, message: ''},
		usage: null,
		costPico: null,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		previous: -1,
		raw: null,
	};
}

describe('the agenda', () => {
	test('retries that are due come before those never started', () => {
		const state = createRun(9, 9);
		const agenda = createAgenda(state, queueOf);
		const apply = (event: RunEvent) => {
			reduce(state, event, 0);
			updateAgenda(agenda, state, event);
		};
		const first = nextCandidate(agenda, state, 0, 0)!;
		expect(first).toEqual({index: 0, from: 'cursor', isPulled: false});
		takeCandidate(agenda, 0, first);
		apply({type: 'attempt-started', at: 0, queue: 0, indexes: [0]});
		apply(failure(0, 10, 'retry', 500));
		expect(nextCandidate(agenda, state, 0, 100)).toEqual({index: 3, from: 'cursor', isPulled: false});
		expect(nextCandidate(agenda, state, 0, 500)).toEqual({index: 0, from: 'waiting', isPulled: false});
	});

	test('a random walk: every request is started exactly when it may be, none twice, none forgotten', () => {
		const seed = testSeed('agenda');
		const random = seededRandom(seed);
		for (let round = 0; round < 20; round++) {
			const count = 1 + Math.floor(random() * 300);
			const concurrency = 1 + Math.floor(random() * 20);
			const state = createRun(count, concurrency);
			let agenda = createAgenda(state, queueOf);
			const budgets = queues.map(() => createBudget(null, null));
			let now = 0;
			const apply = (event: RunEvent) => {
				reduce(state, event, 0);
				updateAgenda(agenda, state, event);
			};
			for (let turn = 0; turn < 100_000 && state.totals.status[statusCode.done]! < count; turn++) {
				const {starts, wakeAt} = planned(state, running, agenda, budgets, now);
				for (const event of startedEvents(starts, now)) {
					apply(event);
				}

				expect(state.inFlight.size, `seed ${seed}`).toBeLessThanOrEqual(concurrency);
				expect(new Set(starts.map(({index}) => index)).size, `seed ${seed}`).toBe(starts.length);
				const flying = [...state.inFlight.keys()];
				const index = flying[Math.floor(random() * flying.length)];
				if (index === undefined) {
					expect(wakeAt, `seed ${seed}: something waits`).not.toBeNull();
					now = Math.max(now, wakeAt!);
					continue;
				}

				now += Math.floor(random() * 10);
				const dice = random();
				if (dice < 0.3) {
					apply(failure(index, now, dice < 0.15 ? 'retry' : 'wait', now + Math.floor(random() * 50)));
				} else if (dice < 0.4) {
					apply({
						type: 'attempts-lost',
						at: now,
						indexes: [index],
						reason: 'aborted',
						maybeBilledPico: 0,
						maybeBilledCalls: 0,
					});
				} else if (dice < 0.45) {
					apply(failure(index, now, 'hold', null));
				} else {
					apply({
						type: 'attempt-answered',
						at: now,
						index,
						lane: 'direct',
						startedAt: now,
						requestId: null,
						batchId: null,
						usage: {input: 1, cached: 0, output: 1},
						usageEstimated: false,
						allowed: null,
						costPico: 1,
						previous: -1,
						raw: '{}',
					});
				}

				if (random() < 0.02) {
					agenda = createAgenda(state, queueOf);
				}
			}

			expect(state.totals.status[statusCode.done], `seed ${seed}`).toBe(count);
			expect(state.queues.every(queue => queue.inFlight === 0)).toBe(true);
		}
	});

	test('starts nothing while paused, draining or without disk', () => {
		const state = createRun(9, 9);
		const agenda = createAgenda(state, queueOf);
		const budgets = queues.map(() => createBudget(null, null));
		expect(planned(state, {draining: true, diskFull: null}, agenda, budgets, 0).starts).toEqual([]);
		expect(planned(state, {draining: false, diskFull: 'ENOSPC'}, agenda, budgets, 0).starts).toEqual([]);
		reduce(state, {type: 'paused', at: 0, cause: 'person'}, 0);
		expect(planned(state, running, agenda, budgets, 0).starts).toEqual([]);
		reduce(state, {type: 'resumed', at: 0}, 0);
		expect(planned(state, running, agenda, budgets, 0).starts).toHaveLength(9);
	});
});
