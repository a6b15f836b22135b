import {expect, test} from 'vitest';
import {statuses} from '../../source/domain/state.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
	started,
} from './run-fixture.ts';

const changed = {
	type: 'spec-changed',
	at: start,
	specDigest: 'other',
	epoch: 2,
	count: 4,
	queues: [queueInfo('new'), queueInfo('gpt-4o-mini')],
	// 1 stays first, 3 and 4 go to 2 and 3; 0 and 2 leave the spec; 1 is new.
	kept: [
		[0, 1, 1],
		[2, 3, 2],
	],
	failedKinds: {invalid_request: 1},
} as const;

const run = runFixture(
	created(5),
	sessionStarted(),
	started([0, 1, 3, 4]),
	answered(0, {usage: {input: 9, cached: 0, output: 1}, costPico: 100}),
	failed(1, {sequel: 'fail', failure: failure('invalid_request', 400)}),
	failed(3, {failure: failure('truncated', 200), retryAt: start + 77}),
	answered(4),
	changed,
);
const {state} = run;

test('kept requests move with all that is known of them, others are new', () => {
	expect([...state.columns.status].map(code => statuses[code])).toEqual([
		'failed',
		'queued',
		'waiting',
		'done',
	]);
	expect([...state.columns.attempts]).toEqual([1, 0, 1, 1]);
	expect([...state.columns.offset]).toEqual([4, -1, 5, 6]);
	expect(state.waiting).toEqual(new Map([[2, start + 77]]));
	expect(state.truncated).toEqual(new Map([[2, 1]]));
	expect(state.totals.status).toEqual([1, 1, 0, 0, 1, 1]);
	expect(state.totals.failed).toEqual(new Map([['invalid_request', 1]]));
	expect(state.totals.done).toEqual({direct: 1, batch: 0});
});

test('what was spent stays spent, and retries are those that were', () => {
	expect(state.totals.cost.direct).toBe(100n);
	expect(state.totals.tokens).toEqual({input: 9, cached: 0, output: 1});
	expect(state.totals.attempts - state.totals.started).toBe(0);
	expect(state.queues.map(({info, done}) => [info.model, done])).toEqual([
		['new', 0],
		['gpt-4o-mini', 2],
	]);
	expect(state.epochs).toEqual([
		{startsAt: 0, kept: []},
		{startsAt: 7, kept: changed.kept},
	]);
});

test('what comes next counts as before', () => {
	run.take(started([1]), answered(1), started([2], start, 1), answered(2));
	expect(state.totals.attempts - state.totals.started).toBe(1);
	expect(state.totals.status).toEqual([0, 0, 0, 0, 3, 1]);
});

test('what failed in a queue that left the spec is not taken from the count of the one that took its place', () => {
	const wiped = {failedKinds: {server: 1}, failedByQueue: [1]};
	const other = runFixture(
		created(1),
		sessionStarted(),
		started([0]),
		failed(0, {sequel: 'fail'}),
		{...changed, count: 1, queues: [queueInfo('new')], kept: [[0, 0, 1]], failedKinds: {server: 1}},
		{type: 'requests-wiped', at: start, what: 'failed', indexes: [[0, 1]], ...wiped},
	);
	expect(other.state.queues[0]!.failed).toBe(0);
});
