import {describe, expect, test} from 'vitest';
import {
	createAgenda,
	nextCandidate,
	nextPulled,
	takeCandidate,
	updateAgenda,
} from '../../source/domain/agenda.ts';
import {createBudget} from '../../source/domain/budget.ts';
import {noDemand} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import type {LaneChoice} from '../../source/domain/lane-choice.ts';
import {plan} from '../../source/domain/plan.ts';
import type {Agenda} from '../../source/domain/queue-agenda.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {type RunState, statusCode} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {shardCut, submitted, updated} from './batch-fixture.ts';
import {randomRun} from './random-run.ts';
import {
	answered,
	created,
	failed,
	failure,
	runFixture,
	sessionStarted,
	start,
	started,
} from './run-fixture.ts';

const calm = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};
const ask = {type: 'batch-cancel-asked', at: start, shard: 1, pullsTail: true} as const;
const expired = {
	lane: 'batch',
	batchId: 'batch_1',
	sequel: 'requeue',
	failure: failure('expired'),
} as const;

/** What is taken out of the agenda until nothing is left. */
function drain(
	agenda: Agenda,
	state: RunState,
	queue: number,
	next: typeof nextCandidate,
): readonly number[] {
	const taken = new Set<number>();
	for (;;) {
		const candidate = next(agenda, state, queue, Number.POSITIVE_INFINITY);
		if (candidate === null) {
			return [...taken].sort((one, other) => one - other);
		}

		takeCandidate(agenda, queue, candidate);
		taken.add(candidate.index);
	}
}

describe('requests that were pulled out of a batch', () => {
	test('are those that it leaves open, whether it gives them back or is given back itself', () => {
		const {state} = runFixture(created(6), sessionStarted(), shardCut(1, [0, 1, 2, 3]), ...submitted(1), ask);
		expect(state.pulled.size).toBe(0);
		const apply = (event: Parameters<typeof reduce>[1]) => reduce(state, event, 0);
		apply(answered(0, {lane: 'batch', batchId: 'batch_1'}));
		apply(failed(1, expired));
		apply(failed(2, {lane: 'batch', batchId: 'batch_1', sequel: 'fail'}));
		expect([...state.pulled]).toEqual([1]);
		apply({type: 'shard-released', at: start, shard: 1, reason: 'cancelled', retryAt: null});
		expect([...state.pulled]).toEqual([1, 3]);
		apply(started([1]));
		apply(failed(1));
		expect(state.pulled.has(1)).toBe(true);
		apply(started([1]));
		apply(answered(1));
		expect([...state.pulled]).toEqual([3]);
	});

	test('have used up no round where we ended the batch, and one where it expired by itself', () => {
		const cut = [created(2), sessionStarted(), shardCut(1, [0, 1]), ...submitted(1), ask];
		for (const [status, rounds] of [
			['cancelled', 0],
			['expired', 1],
		] as const) {
			const ended = [{type: 'batch-cancelling', at: start, shard: 1}, updated(1, status)] as const;
			const {state} = runFixture(...cut, ...ended, failed(0, expired));
			expect(state.expired.get(0) ?? 0).toBe(rounds);
		}
	});

	test('start direct while all others of the queue wait for a batch, and are first where all go direct', () => {
		const run = runFixture(created(9), sessionStarted(), shardCut(1, [5, 6]), ...submitted(1), ask);
		run.take(failed(5, expired), failed(6, expired));
		for (const [lane, expected] of [
			['batch', [5, 6]],
			['undecided', [5, 6]],
			['direct', [5, 6, 0, 1, 2, 3, 4, 7, 8]],
		] as const) {
			const {starts} = planned(
				run.state,
				lane,
				createAgenda(run.state, () => 0),
			);
			expect(starts.map(({index}) => index)).toEqual(expected);
		}

		run.take({type: 'paused', at: start, cause: 'person'});
		expect(
			planned(
				run.state,
				'batch',
				createAgenda(run.state, () => 0),
			).starts,
		).toEqual([]);
	});

	test('and were wiped before are no longer counted among them once that is taken back', () => {
		const {state} = runFixture(created(4), sessionStarted());
		const agenda = createAgenda(state, () => 0);
		const counts = {failedKinds: {server: 1}, failedByQueue: [1]};
		const facts: readonly RunEvent[] = [
			started([0]),
			failed(0, {sequel: 'fail'}),
			{type: 'requests-wiped', at: start, what: 'failed', indexes: [[0, 1]], ...counts},
			shardCut(1, [0, 1]),
			ask,
			{type: 'shard-released', at: start, shard: 1, reason: 'cancelled', retryAt: null},
			{
				type: 'requests-restored',
				at: start,
				of: 1,
				to: 'failed',
				indexes: [[0, 1]],
				waiting: [],
				offsets: [],
				wanted: [],
				...counts,
			},
		];
		for (const fact of facts) {
			reduce(state, fact, 0);
			updateAgenda(agenda, state, fact);
		}

		expect([agenda.queues[0]!.open, agenda.pulled[0]!.open]).toEqual([2, 1]);
	});

	test('are counted as they are given up, however many lines that takes, without a look at all others', () => {
		const count = 1_000_000;
		const {state} = runFixture(created(count), sessionStarted(), shardCut(1, [5, 6]), ...submitted(1), ask);
		for (const index of [5, 6]) {
			reduce(state, failed(index, expired), 0);
		}

		const agenda = createAgenda(state, () => 0);
		const previous = new Array<number>(1000).fill(-1);
		const looks = countLooks(state);
		// The second of those that were pulled stays.
		for (let from = count - 200_000; from < count; from += 1000) {
			const indexes = Array.from({length: 1000}, (_, step) => (from + step === count - 1 ? 5 : from + step));
			const fact = {type: 'requests-given-up', at: start, indexes, previous, failedByQueue: [1000]} as const;
			reduce(state, fact, 0);
			updateAgenda(agenda, state, fact);
		}

		expect(looks()).toBeGreaterThan(200_000);
		expect(looks(), 'a few for each that was given up').toBeLessThan(1_000_000);
		expect([agenda.queues[0]!.open, agenda.pulled[0]!.open]).toEqual([800_001 - 2, 1]);
	});

	test('that wait for a retry are woken for in either lane', () => {
		const run = runFixture(created(9), sessionStarted(), shardCut(1, [5]), ...submitted(1), ask);
		run.take(failed(5, {...expired, sequel: 'retry', retryAt: start + 700, failure: failure('server', 500)}));
		const agenda = createAgenda(run.state, () => 0);
		expect(planned(run.state, 'batch', agenda)).toMatchObject({starts: [], wakeAt: start + 700});
		expect(planned(run.state, 'batch', agenda, start + 700).starts).toMatchObject([{index: 5}]);
	});
});

function planned(state: RunState, lane: LaneChoice['lane'], agenda: Agenda, now = start) {
	return plan(
		{
			state,
			status: calm,
			agenda,
			budgets: [createBudget(null, null)],
			rates: [],
			lanes: [lane],
			room: [],
			tokensOf: () => 0,
			demandOf: () => noDemand,
		},
		now,
	);
}

const openCodes: ReadonlySet<number> = new Set([statusCode.queued, statusCode.waiting]);

test('in a random run the agenda keeps them apart, as one that is made anew does', () => {
	const seed = testSeed('pulled');
	let most = 0;
	for (let round = 0; round < 10; round++) {
		const run = randomRun(seededRandom(seed + round), 60, 1500);
		const state = createState();
		let agenda: Agenda | null = null;
		for (const [offset, event] of run.events.entries()) {
			reduce(state, event, offset);
			if (agenda) {
				updateAgenda(agenda, state, event);
			} else {
				agenda = createAgenda(state, run.queueOf);
			}

			if (offset % 50 !== 0) {
				continue;
			}

			const fresh = createAgenda(state, run.queueOf);
			const sizes = ({queues, pulled}: Agenda) => [...queues, ...pulled].map(({open}) => open);
			expect(sizes(agenda), `seed ${seed + round}, event ${offset}`).toEqual(sizes(fresh));
			for (const queue of state.queues.keys()) {
				const ordinary = drain(fresh, state, queue, nextCandidate);
				const pulled = drain(fresh, state, queue, nextPulled);
				expect(ordinary.filter(index => state.pulled.has(index))).toEqual([]);
				expect(pulled.filter(index => !state.pulled.has(index))).toEqual([]);
				// Unwanted ones are about to be given up: nobody is handed one.
				const unwanted = [...state.unwanted].filter(
					index => run.queueOf(index) === queue && openCodes.has(state.columns.status[index]!),
				);
				expect(ordinary.length + pulled.length + unwanted.length).toBe(
					fresh.queues[queue]!.open + fresh.pulled[queue]!.open,
				);
				most = Math.max(most, pulled.length);
			}
		}

		// It finds what one that is made anew finds.
		const fresh = createAgenda(state, run.queueOf);
		for (const queue of state.queues.keys()) {
			for (const next of [nextCandidate, nextPulled]) {
				expect(drain(agenda!, state, queue, next)).toEqual(drain(fresh, state, queue, next));
			}
		}
	}

	expect(most, 'some were pulled').toBeGreaterThan(0);
});

/** How many statuses are looked at from now on; a method of the column looks at all of them. */
function countLooks(state: RunState): () => number {
	let looks = 0;
	const status = new Proxy(state.columns.status, {
		get(column, key) {
			const value: unknown = Reflect.get(column, key, column);
			const isMethod = typeof value === 'function';
			looks += isMethod ? column.length : 1;
			return isMethod ? value.bind(column) : value;
		},
		set: (column, key, value) => Reflect.set(column, key, value, column),
	});
	Object.assign(state, {columns: {...state.columns, status}});
	return () => looks;
}
