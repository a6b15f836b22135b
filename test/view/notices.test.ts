import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {createNotices} from '../../source/view/notices.ts';
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
} from '../domain/run-fixture.ts';
import {notice} from '../ui/notice-fixture.ts';

function noticesOf(...events: readonly RunEvent[]): string[] {
	return noticesAfter([], ...events);
}

function noticesAfter(before: readonly RunEvent[], ...events: readonly RunEvent[]): string[] {
	const notices = createNotices({queues: [queueInfo('gpt-4o')]});
	const run = runFixture(created(200, [queueInfo('gpt-4o')]), ...before);
	for (const event of events) {
		run.take(event);
		notices.observe(event, run.state);
	}

	return notices.list.filter(({isQuiet}) => !isQuiet).map(({level, text}) => `${level}: ${text}`);
}

test.each<[RunEvent, string]>([
	[{type: 'paused', at: start, cause: 'person'}, 'info: paused by a person'],
	[{type: 'resumed', at: start}, 'info: resumed'],
	[
		{type: 'queue-held', at: start, queue: 0, failure: failure('quota', 429, 'no credit')},
		'error: held openai/gpt-4o: 429 quota: no credit',
	],
	[{type: 'concurrency-changed', at: start, concurrency: 48}, 'info: concurrency 48'],
	[
		{
			type: 'attempts-lost',
			at: start,
			indexes: [1, 2, 3],
			reason: 'killed',
			maybeBilledPico: 310_000_000_000,
			maybeBilledCalls: 3,
		},
		'warn: 3 calls lost with the last process, maybe billed: 3, up to $0.31',
	],
	[
		{
			type: 'attempts-lost',
			at: start,
			indexes: [1],
			reason: 'aborted',
			maybeBilledPico: 0,
			maybeBilledCalls: 0,
		},
		'warn: 1 call aborted',
	],
])('%o', (event, text) => {
	expect(noticesOf(event)).toEqual([text]);
});

test('only the first failure of a cause is told', () => {
	const limited = failure('rate_limit', 429, 'slow down');
	expect(
		noticesOf(
			failed(0),
			failed(1),
			failed(2, {failure: limited}),
			failed(3, {failure: {...limited, message: 'again'}}),
			failed(4, {failure: failure('server', 500, 'oh')}),
		),
	).toEqual([
		'warn: first 503 server',
		'warn: first 429 rate limit: slow down',
		'warn: first 500 server: oh',
	]);
});

test('what goes well is not told', () => {
	expect(noticesOf(sessionStarted(), started([0]), answered(0), {type: 'run-finished', at: start})).toEqual(
		[],
	);
});

test('ids grow, the newest is last, and old ones are let go', () => {
	const notices = createNotices({queues: []});
	for (let number = 1; number <= 120; number++) {
		notices.add('info', `notice ${number}`, start + number);
	}

	expect(notices.list.length).toBe(50);
	expect(notices.list.at(-1)).toEqual(notice(120, 'info', 'notice 120', {at: start + 120}));
	expect(notices.list.map(({id}) => id)).toEqual(Array.from({length: 50}, (_, at) => at + 71));
});

test('a page of text is cut', () => {
	const [text = ''] = noticesOf(failed(0, {failure: failure('server', 500, 'x'.repeat(2000))}));
	expect(text.length).toBeLessThan(520);
});

test('what was given up at once is told at once, a thousand a line or not', () => {
	const givenUp = (at: number, from: number, length: number): RunEvent => ({
		type: 'requests-given-up',
		at,
		indexes: Array.from({length}, (_, step) => from + step),
		previous: Array.from({length}, () => -1),
		failedByQueue: [length],
	});
	expect(noticesOf(givenUp(start, 0, 100), givenUp(start, 100, 50), givenUp(start + 1, 150, 1))).toEqual([
		'info: 150 requests given up',
		'info: 1 request given up',
	]);
});

test('an undo tells how many of all were taken back', () => {
	const restored: RunEvent = {
		type: 'requests-restored',
		at: start,
		of: 1312,
		to: 'failed',
		indexes: [[0, 98]],
		waiting: [],
		offsets: [],
		wanted: [[98, 2]],
		failedKinds: {},
		failedByQueue: [],
	};
	expect(noticesOf(restored)).toEqual(['info: 100 of 1,312 taken back']);
});
