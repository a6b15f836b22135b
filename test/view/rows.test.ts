import {describe, expect, test} from 'vitest';
import type {AttemptFailed} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {cacheEvents} from '../../source/view/event-cache.ts';
import {windowOf} from '../../source/view/rows.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	type RunFixture,
	runFixture,
	sessionStarted,
	start,
	started,
} from '../domain/run-fixture.ts';

const queues = [queueInfo('gpt-4o-mini'), queueInfo('gpt-4o')];

function rowsOf(run: RunFixture, window = {}, now = start + 10_000) {
	const source = {queues, queueOf: (index: number) => index % 2, id: (index: number) => `id-${index}`};
	const sources = {source, settings: defaultSettings, readEvent: run.readEvent};
	return windowOf(
		run.state,
		sources,
		{top: 0, count: 20, cursorIndex: null, order: plainOrder, showsGroups: false, ...window},
		now,
	);
}

const limited: Partial<AttemptFailed> = {
	sequel: 'wait',
	failure: failure('rate_limit', 429, 'slow down'),
	retryAt: start + 18_000,
};

describe('a row', () => {
	const run = runFixture(
		created(7, queues),
		sessionStarted(),
		started([0, 1, 2, 3, 5], start + 500),
		answered(0, {usage: {input: 1000, cached: 800, output: 50}, costPico: 2_000_000_000, at: start + 2000}),
		failed(1, {sequel: 'fail', failure: failure('invalid_request', 400, 'no such field'), at: start + 3000}),
		failed(2, limited),
		failed(5, {sequel: 'hold', failure: failure('auth', 401, 'no such key'), at: start + 4000}),
	);
	const {rows} = rowsOf(run);
	const byId = new Map(rows.map(row => [row.id, row]));

	test('of each request is there once, trouble first', () => {
		expect(rows.map(({index, status}) => [index, status])).toEqual([
			[1, 'failed'],
			[2, 'waiting'],
			[3, 'in-flight'],
			[4, 'queued'],
			[5, 'queued'],
			[6, 'queued'],
			[0, 'done'],
		]);
	});

	test('whose journal line is damaged is there all the same', () => {
		const damaged = rowsOf({...run, readEvent: () => null as never});
		expect(damaged.rows.map(({index, status}) => [index, status])).toEqual(
			rows.map(({index, status}) => [index, status]),
		);
	});

	test('that is done says what it took and no error', () => {
		expect(byId.get('id-0')).toEqual({
			isMarked: false,
			isChanged: false,
			isUnwanted: false,
			moved: 0,
			index: 0,
			id: 'id-0',
			status: 'done',
			model: 'gpt-4o-mini',
			rounds: 0,
			attempts: 1,
			attemptsAllowed: 3,
			ageMs: 8000,
			tokens: 1050,
			lane: 'direct',
			costUsd: 0.002,
			error: '',
			retryAt: null,
		});
	});

	test('whose call another one has the money of shows none', () => {
		const call = {id: 'c', size: 2};
		const shared = runFixture(
			created(2, queues),
			sessionStarted(),
			started([0, 1], start + 500),
			answered(0, {
				usage: {input: 1000, cached: 0, output: 50},
				costPico: 2_000_000_000,
				call: {...call, position: 0},
			}),
			answered(1, {usage: {input: 0, cached: 0, output: 0}, costPico: 0, call: {...call, position: 1}}),
		);
		expect(rowsOf(shared).rows.map(({tokens, costUsd}) => [tokens, costUsd])).toEqual([
			[1050, 0.002],
			[null, null],
		]);
	});

	test('that failed says why', () => {
		expect(byId.get('id-1')).toMatchObject({
			model: 'gpt-4o',
			ageMs: 7000,
			tokens: null,
			costUsd: null,
			error: '400 invalid_request: no such field',
		});
	});

	test('that waits says why, until when, and grants the wait on top of its retries', () => {
		expect(byId.get('id-2')).toMatchObject({
			error: '429 rate_limit: slow down',
			retryAt: start + 18_000,
			attempts: 1,
			attemptsAllowed: 4,
		});
	});

	test('in flight counts from its start, also when it failed before', () => {
		expect(byId.get('id-3')).toMatchObject({ageMs: 9500, lane: 'direct', error: '', attempts: 1});
		const again = runFixture(...run.events, started([2], start + 9000));
		expect(rowsOf(again).rows.find(({index}) => index === 2)).toMatchObject({
			ageMs: 1000,
			error: '',
			attempts: 2,
		});
	});

	test('never started has neither age nor lane; one held back keeps its error', () => {
		expect(byId.get('id-4')).toMatchObject({ageMs: null, lane: null, error: '', attempts: 0});
		expect(byId.get('id-5')).toMatchObject({status: 'queued', ageMs: 6000, error: '401 auth: no such key'});
	});
});

test('an error that is a page long is cut, in full it stands in the detail', () => {
	const page = failure('server', 500, 'x'.repeat(2000));
	const run = runFixture(created(1, queues), sessionStarted(), started([0]), failed(0, {failure: page}));
	expect(rowsOf(run).rows[0]?.error).toHaveLength(300);
});

describe('a window', () => {
	const run = runFixture(created(10, queues), sessionStarted(), started([7]));

	test('moves up where the order ends before it does', () => {
		const window = rowsOf(run, {top: 8, count: 4});
		expect(window.top).toBe(6);
		expect(window.rows).toHaveLength(4);
		expect(window.total).toBe(10);
	});

	test.each([
		[null, null],
		[7, 0],
		[0, 1],
		[9, 9],
		[10, null],
		[-1, null],
	])('finds the cursor on request %s at position %s', (cursorIndex, position) => {
		const cursor = position === null ? null : {index: cursorIndex, position};
		expect(rowsOf(run, {cursorIndex}).cursor).toEqual(cursor);
	});

	test('larger than the run, empty or absurd holds what there is', () => {
		expect(rowsOf(run, {top: -3, count: 99}).rows).toHaveLength(10);
		expect(rowsOf(run, {count: 0}).rows).toEqual([]);
		expect(rowsOf(run, {top: 3, count: -1}).rows).toEqual([]);
	});
});

test('a line of the journal is read once while it is on the screen', () => {
	const read: number[] = [];
	const readEvent = cacheEvents(offset => {
		read.push(offset);
		return answered(offset);
	});
	for (const offset of [1, 2, 1, 2]) {
		expect(readEvent(offset)).toEqual(answered(offset));
	}

	expect(read).toEqual([1, 2]);
	for (let offset = 3; offset < 3000; offset++) {
		readEvent(offset);
	}

	readEvent(1);
	expect(read.at(-1)).toBe(1);
});

test('the row of a given-up request says so', () => {
	const run = runFixture(created(2, queues), sessionStarted());
	run.take({type: 'requests-given-up', at: start, indexes: [1], previous: [-1], failedByQueue: [0, 1]});
	const {rows} = rowsOf(run);
	expect(rows[0]).toMatchObject({
		index: 1,
		status: 'failed',
		attempts: 0,
		ageMs: 10_000,
		tokens: null,
		costUsd: null,
		error: 'cancelled: given up by a person',
	});
	expect(rows[1]!.error).toBe('');
});
