import {expect, test} from 'vitest';
import type {BatchEvent} from '../../source/domain/batch-event.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {createNotices} from '../../source/view/notices.ts';
import {collected, shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {
	answered,
	created,
	failure,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
} from '../domain/run-fixture.ts';

const queues = [queueInfo('gpt-4o')];

/** What is told of the events, after a batch of 100 requests was cut. */
function told(...events: readonly RunEvent[]): readonly string[] {
	const indexes = Array.from({length: 100}, (_, index) => index);
	const run = runFixture(created(200, queues), sessionStarted(), shardCut(1, indexes));
	const notices = createNotices({queues});
	for (const event of events) {
		run.take(event);
		notices.observe(event, run.state);
	}

	return notices.list.map(({level, text}) => `${level}: ${text}`);
}

const stepFailed = (status: number): BatchEvent => ({
	type: 'batch-step-failed',
	at: start,
	shard: 1,
	failure: failure('server', status, 'oh'),
	retryAt: start + 8000,
});

test.each<readonly [string, readonly RunEvent[], readonly string[]]>([
	['the cut and the way to the API', submitted(1).slice(0, 2), []],
	['a submission', submitted(1), ['info: batch 1 submitted: batch_1, 100 requests']],
	[
		'an adoption',
		[{...submitted(1)[2], isAdopted: true} as RunEvent],
		['info: batch 1 found at the API and adopted: batch_1, 100 requests'],
	],
	[
		'what it collected, and what stayed aside',
		[
			collected(1, {
				outcomes: {done: 90, failed: 4, expired: 5, missing: 1},
				aside: {unknown: 1, duplicate: 2, garbled: 3, orphans: 4, orphanPico: 2e12},
			}),
		],
		[
			'info: batch 1 collected: 90 done, 4 failed, 5 expired, 1 missing',
			'warn: batch 1: lines kept aside: 1 of unknown requests, 2 repeated, 3 garbled, 4 of requests that left the spec ($2.00)',
		],
	],
	[
		'a refusal that waiting mends',
		[
			{
				type: 'batch-rejected',
				at: start,
				shard: 1,
				failure: {...failure('invalid_request', null, 'too many'), code: 'token_limit_exceeded'},
				lines: [],
				tokenLimit: 90_000,
			},
			{type: 'shard-released', at: start, shard: 1, reason: 'token-limit', retryAt: start + 60_000},
		],
		[
			'warn: batch 1 was refused: invalid_request: too many, the limit is 90,000 tokens',
			'info: batch 1: 100 requests back in the queue: too many tokens are enqueued at the provider, the next one in 60s',
		],
	],
	[
		'a guard, a ceiling and what a person does',
		[
			{type: 'pass-judged', at: start, lane: 'batch', requests: 100, passed: 12, isBad: true},
			{type: 'pass-judged', at: start, lane: 'direct', requests: 50, passed: 50, isBad: false},
			{type: 'guard-tripped', at: start, reason: '2 bad passes in a row'},
			{type: 'limit-reached', at: start, limit: 'task.ktokens', value: 2.5},
			{type: 'ceiling-raised', at: start, costPico: 60e12, over: null},
			{type: 'direct-forced', at: start, isOn: true},
			{type: 'direct-forced', at: start, isOn: false},
		],
		[
			'warn: a bad pass of a batch: 12 of 100 requests passed',
			'error: stopped by a guard: 2 bad passes in a row',
			'error: ceiling task.ktokens of 2.5 reached: nothing new starts',
			'info: the cost ceiling is $60.00 now',
			'info: direct mode is forced: no further batch is created',
			'info: direct mode is not forced',
		],
	],
	[
		'a wipe',
		[
			{
				type: 'requests-wiped',
				at: start,
				what: 'failed',
				indexes: [
					[120, 2],
					[130, 1],
				],
				failedKinds: {},
				failedByQueue: [0],
			},
		],
		['info: 3 failed requests returned to the queue with a fresh budget'],
	],
])('%s', (_, events, expected) => {
	expect(told(...events)).toEqual(expected);
});

test('a status is told when it changes, not at every poll', () => {
	const polls = [1, 2, 3].map(completed =>
		updated(1, 'in_progress', {counts: {total: 100, completed, failed: 0}}),
	);
	expect(told(...submitted(1), ...polls, updated(1, 'expired')).slice(1)).toEqual([
		'info: batch 1 is in_progress',
		'warn: batch 1 is expired',
	]);
});

test('of failing polls the first of a cause is told, then the tenth and the hundredth', () => {
	const polls = Array.from({length: 120}, () => stepFailed(503));
	expect(told(...polls, stepFailed(500))).toEqual([
		'warn: batch 1: 503 server: oh; next try in 8s',
		'warn: batch 1: 10 failures in a row, 503 server: oh; next try in 8s',
		'warn: batch 1: 100 failures in a row, 503 server: oh; next try in 8s',
		'warn: batch 1: 500 server: oh; next try in 8s',
	]);
});

test.each([
	[10, 5, 0],
	[12, 8, 0],
	[13, 8, 1],
	[8, 5, 1],
	[13, 9, 2],
])('answers of %i tokens in and %i out, where 10 and 5 were predicted', (input, output, warnings) => {
	const answers = Array.from({length: 50}, (_, index) =>
		answered(index, {lane: 'batch', batchId: 'batch_1', usage: {input, cached: 0, output}}),
	);
	const end = collected(1, {outcomes: {done: 50, failed: 0, expired: 50, missing: 0}});
	const said = told(...submitted(1), ...answers, end).filter(text => text.includes('than predicted'));
	expect(said).toHaveLength(warnings);
});
