import {describe, expect, test} from 'vitest';
import {isOffline, providerOf} from '../../source/domain/create-state.ts';
import {causeOf, type FailureKind} from '../../source/domain/failure.ts';
import {statusCode, statuses} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {randomRun} from './random-run.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runFixture,
	runState,
	sessionStarted,
	start,
	started,
} from './run-fixture.ts';

describe('a random run', () => {
	const seed = testSeed('reduce');

	test.each(Array.from({length: 20}, (_, round) => seed + round))('of seed %i adds up', roundSeed => {
		const run = randomRun(seededRandom(roundSeed), 60, 1500, true);
		const {state, ledger} = run;
		const {columns, totals} = state;
		expect([...columns.status].map(code => statuses[code])).toEqual(ledger.status);
		expect([...columns.attempts]).toEqual(ledger.attempts);
		expect(totals.status).toEqual(
			statuses.map(status => ledger.status.filter(other => other === status).length),
		);
		expect(totals.status.reduce((sum, count) => sum + count)).toBe(state.count);
		expect(totals.attempts).toBe(ledger.attempts.reduce((sum, count) => sum + count));
		expect(totals.started).toBe(ledger.attempts.filter(count => count > 0).length);
		expect(totals.tokens).toEqual(ledger.tokens);
		expect(totals.cost.direct + totals.cost.batch).toBe(BigInt(ledger.costPico));
		expect(totals.unpricedCalls).toBe(ledger.unpriced);
		expect(totals.maybeBilled).toEqual({
			calls: ledger.maybeBilledCalls,
			tokens: ledger.maybeBilledTokens,
			cost: BigInt(ledger.maybeBilledPico),
		});
		expect(Object.fromEntries(totals.failed)).toEqual(ledger.failedKinds);
		expect(totals.done.direct + totals.done.batch).toBe(totals.status[statusCode.done]);
		expect(state.session.finished).toBe(ledger.sessionFinished);
		expect(state.session.cost).toBe(BigInt(ledger.sessionCostPico));
		expect(new Set(state.waiting.keys())).toEqual(indexesOf(columns.status, 'waiting'));
		expect(new Set(state.inFlight.keys())).toEqual(indexesOf(columns.status, 'in-flight'));
		for (const [number, queue] of state.queues.entries()) {
			const own = ledger.status.filter((_, index) => run.queueOf(index) === number);
			expect(queue.inFlight).toBe(own.filter(status => status === 'in-flight').length);
			expect(queue.done).toBe(own.filter(status => status === 'done').length);
			expect(queue.failed).toBe(own.filter(status => status === 'failed').length);
		}

		const inQueues = state.queues.reduce((sum, {cost}) => sum + cost.direct + cost.batch, 0n);
		expect(inQueues).toBe(totals.cost.direct + totals.cost.batch);
		const providersInFlight = [...state.providers.values()].reduce((sum, one) => sum + one.inFlight, 0);
		expect(providersInFlight).toBe(state.inFlight.size);
	});

	test('gives the same state when it is replayed', () => {
		const {state, events} = randomRun(seededRandom(seed), 60, 1500, true);
		expect(state.changes.length).toBeGreaterThan(0);
		expect(runState(...events)).toEqual(state);
	});
});

function indexesOf(column: Uint8Array, status: keyof typeof statusCode): Set<number> {
	return new Set([...column.keys()].filter(index => column[index] === statusCode[status]));
}

describe('an attempt', () => {
	test('that failed waits for its time, with what it used up', () => {
		const state = runState(created(1), sessionStarted(), started([0]), failed(0, {sequel: 'retry'}));
		expect(state.waiting).toEqual(new Map([[0, start + 2000]]));
		expect([state.columns.retries[0], state.columns.waits[0]]).toEqual([1, 0]);
	});

	test('that was refused by a limit uses up a wait, one that held its queue nothing', () => {
		const state = runState(
			created(2),
			sessionStarted(),
			started([0, 1]),
			failed(0, {sequel: 'wait', failure: failure('rate_limit', 429)}),
			failed(1, {sequel: 'hold', failure: failure('auth', 401)}),
		);
		expect([...state.columns.waits]).toEqual([1, 0]);
		expect([...state.columns.retries]).toEqual([0, 0]);
		expect(state.columns.status[1]).toBe(statusCode.queued);
	});

	test('that ended without its start on record leaves no trace in what waits', () => {
		const state = runState(created(1), sessionStarted(), started([0]), failed(0), answered(0));
		expect(state.waiting.size).toBe(0);
		expect(state.totals.done.direct).toBe(1);
	});

	test('that was cut short counts towards the allowance until the request is done', () => {
		const cut = failed(0, {failure: failure('truncated', 200)});
		const run = runFixture(created(1), sessionStarted(), started([0]), cut, started([0]), cut);
		expect(run.state.truncated.get(0)).toBe(2);
		run.take(started([0]), answered(0));
		expect(run.state.truncated.size).toBe(0);
	});

	test('lost with its process goes back to the queue, perhaps billed', () => {
		const state = runState(created(3), sessionStarted(), started([0, 1]), {
			type: 'attempts-lost',
			at: start,
			indexes: [0, 1],
			reason: 'killed',
			maybeBilledPico: 50,
			maybeBilledCalls: 2,
			maybeBilledTokens: 30,
		});
		expect(state.totals.status).toEqual([3, 0, 0, 0, 0, 0]);
		expect(state.totals.maybeBilled).toEqual({calls: 2, tokens: 30, cost: 50n});
		expect(state.queues[0]!.inFlight).toBe(0);
	});

	test('whose end is damaged in the journal gives its slot back when it starts again', () => {
		const state = runState(created(2), sessionStarted(), started([0]), started([0]), answered(0));
		expect(state.queues[0]!.inFlight).toBe(0);
		expect(state.providers.get('openai')?.inFlight).toBe(0);
		expect(state.totals).toMatchObject({attempts: 2, started: 1, status: [1, 0, 0, 0, 1, 0]});
	});

	test('is counted up to what two bytes hold', () => {
		const run = runFixture(created(1), sessionStarted());
		run.state.columns.attempts[0] = 65_535;
		run.take(started([0]));
		expect(run.state.columns.attempts[0]).toBe(65_535);
	});

	test('by a hint of the server makes its queue wait, and only it', () => {
		const queues = [queueInfo('a'), queueInfo('b')];
		const state = runState(
			created(2, queues),
			sessionStarted(),
			started([0]),
			failed(0, {sequel: 'wait', hinted: true, retryAt: start + 9000}),
			started([1], start, 1),
			failed(1, {sequel: 'wait', retryAt: start + 9999}),
		);
		expect(state.queues.map(queue => queue.throttledUntil)).toEqual([start + 9000, 0]);
	});
});

test('a duplicate answer costs and changes nothing else', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]), answered(0, {costPico: 5}));
	const before = structuredClone(run.state.columns);
	const usage = {input: 10, cached: 0, output: 2};
	run.take({type: 'duplicate-answered', at: start, index: 0, lane: 'direct', usage, costPico: 7, raw: '{}'});
	expect(run.state.columns).toEqual(before);
	expect(run.state.totals).toMatchObject({
		duplicates: 1,
		cost: {direct: 12n},
		tokens: usage,
		done: {direct: 1},
	});
});

describe('a held queue', () => {
	const queues = [queueInfo('a'), queueInfo('b')];
	const held = {type: 'queue-held', at: start, queue: 0, failure: failure('auth', 401)} as const;
	const resumed = {type: 'resumed', at: start} as const;

	test('leaves others open, and is probed after a person resumed or a session began', () => {
		const run = runFixture(created(4, queues), sessionStarted(), held);
		expect(run.state.queues.map(({access}) => access)).toEqual(['held', 'open']);
		run.take(resumed);
		expect(run.state.queues.map(({access}) => access)).toEqual(['probing', 'open']);
		run.take(held, sessionStarted([], {session: 2}));
		expect(run.state.queues.map(({access}) => access)).toEqual(['probing', 'open']);
	});

	test.each<[FailureKind, number | null, 'open' | 'probing']>([
		['server', 503, 'probing'],
		['malformed', 200, 'probing'],
		['rate_limit', 429, 'probing'],
		['timeout', null, 'probing'],
		['network', null, 'probing'],
		['invalid_request', 400, 'open'],
		['refusal', 200, 'open'],
		['schema', 200, 'open'],
	])('whose probe ends with %s %s is %s', (kind, status, access) => {
		const {state} = runFixture(
			created(4, queues),
			sessionStarted(),
			held,
			resumed,
			started([0]),
			failed(0, {failure: failure(kind, status)}),
		);
		expect(state.queues[0]!.access).toBe(access);
	});

	test('is open with the first answer', () => {
		const {state} = runFixture(
			created(4, queues),
			sessionStarted(),
			held,
			resumed,
			started([0]),
			answered(0),
		);
		expect(state.queues[0]).toMatchObject({access: 'open', failure: null});
	});
});

describe('a provider', () => {
	const miss = (index: number) => [
		started([index]),
		failed(index, {failure: failure('network'), sequel: 'wait', retryAt: start + 4000 + index}),
	];

	test('is offline after 5 connections in a row that failed, and probed when its last one says', () => {
		const run = runFixture(created(9), sessionStarted(), ...[0, 1, 2, 3].flatMap(miss));
		const provider = providerOf(run.state, 'openai');
		expect(isOffline(provider)).toBe(false);
		run.take(...miss(4));
		expect(isOffline(provider)).toBe(true);
		expect(provider.probeAt).toBe(start + 4004);
	});

	test.each([
		['a server that answers 401', failure('auth', 401), false],
		['a server that answers 503', failure('server', 503), false],
		['a connection that broke inside an answer', failure('network', 200), false],
		['a timeout', failure('timeout'), true],
	] as const)('after %s', (_, reason, staysOffline) => {
		const sequel = reason.kind === 'auth' ? 'hold' : 'retry';
		const {state} = runFixture(
			created(9),
			sessionStarted(),
			...[0, 1, 2, 3, 4].flatMap(miss),
			started([5]),
			failed(5, {failure: reason, sequel}),
		);
		expect(isOffline(providerOf(state, 'openai'))).toBe(staysOffline);
	});
});

test('failed attempts are counted by kind and status', () => {
	expect(causeOf(failure('server', 503))).toBe('server 503');
	expect(causeOf(failure('timeout'))).toBe('timeout');
	const state = runState(created(2), sessionStarted(), started([0, 1]), failed(0), failed(1));
	expect(state.totals.failedAttempts).toEqual(new Map([['server 503', 2]]));
});

test('pause, concurrency and the end are kept; a new start takes the end back', () => {
	const run = runFixture(
		created(1),
		sessionStarted(),
		{type: 'paused', at: start, cause: 'person'},
		{type: 'concurrency-changed', at: start, concurrency: 7},
		{type: 'run-finished', at: start + 5},
	);
	expect(run.state).toMatchObject({paused: true, concurrency: 7, finishedAt: start + 5});
	run.take({type: 'resumed', at: start}, started([0]));
	expect(run.state).toMatchObject({paused: false, finishedAt: null});
});
