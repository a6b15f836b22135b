import {describe, expect, test} from 'vitest';
import {closingLines} from '../../source/headless/closing-lines.ts';
import type {Report} from '../../source/view/report.ts';
import type {RunEnd} from '../../source/view/run.ts';

const report: Report = {
	requests: {total: 100_000, done: 100_000, failed: 0, pending: 0},
	accounted: {
		total: 100_000,
		done: 100_000,
		failed: 0,
		in_flight: 0,
		batched: 0,
		waiting: 0,
		queued: 0,
		missing: 0,
	},
	failures: {},
	attempts: 100_412,
	retries: 412,
	calls: 100_412,
	tokens: {input: 41_200_000, cached: 3_000_000, output: 9_800_000},
	cost_usd: 18.42,
	maybe_billed: {calls: 0, usd: 0},
	mode: {direct: 100_000, batch: 0},
	session: {requests: 100_000, cost_usd: 18.42},
	seconds: 4364.2,
	latency_ms: {p50: 1873, p95: 8212},
	by_model: [],
	errors: [],
};
const end: RunEnd = {
	reason: 'done',
	cause: null,
	why: '',
	obstacle: null,
	sample: null,
	report,
	directory: 'food.promptbatch',
	results: 'results.jsonl',
};

function lines(more: Partial<RunEnd>, reportMore: Partial<Report> = {}): string[] {
	return closingLines({...end, ...more, report: {...report, ...reportMore}}, 'promptbatch-tui food.yaml');
}

test('a run that went well', () => {
	expect(lines({})).toEqual([
		'finished      100,000 of 100,000 requests done, after 1:12:44',
		'accounted     100,000 requests = 100,000 done',
		'attempts      100,412, of which 412 retries',
		'tokens        in 41.2M (cached 3M), out 9.8M',
		'cost          $18.42',
		'latency       p50 1.8s, p95 8.2s',
		'results       food.promptbatch/results.jsonl',
	]);
});

test('requests that are nowhere are never left out', () => {
	const accounted = {...report.accounted, done: 99_997, missing: 3};
	const why = {reason: 'stuck', why: 'because of it'} as const;
	const failures = {server: 2};
	const requests = {...report.requests, failed: 2};
	const maybe = {calls: 1, usd: 0};
	expect(lines(why, {accounted, failures, requests, maybe_billed: maybe})).toContain(
		'3 MISSING     100,000 requests = 99,997 done; promptbatch-tui verify food.promptbatch says which',
	);
});

test('what packs saved, and how their audit stands', () => {
	const packing = {
		calls: 14,
		items: 300,
		calls_saved: 286,
		tokens_saved: 118_000,
		alone_tokens: 140_000,
		audit: {audited: 15, agreed: 14, agreement: 0.9333, low: 0.7018, high: 0.9881},
		stopped: [],
	};
	const shown = lines({}, {packing});
	expect(shown).toContain('shared calls  300 in 14 calls, saved 286 calls, 118k input tokens (84%)');
	expect(shown).toContain('audit         14 of 15 agree, 93% (70% to 99%)');
	expect(lines({}, {packing: {...packing, stopped: ['openai/m']}}).join()).toContain('; packing went off');
	expect(lines({}, {packing: {...packing, tokens_saved: null, audit: null}})).toContain(
		'shared calls  300 in 14 calls, saved 286 calls',
	);
	expect(lines({}, {packing: {...packing, tokens_saved: -14_000}})).toContain(
		'shared calls  300 in 14 calls, saved 286 calls, at 14k input tokens more (10%)',
	);
});

test('a run that was left says how to go on', () => {
	const requests = {total: 10, done: 4, failed: 0, pending: 6};
	const session = {requests: 1, cost_usd: 0.000_2};
	const accounted = {...report.accounted, total: 10, done: 4, in_flight: 1, queued: 5};
	expect(lines({reason: 'stopped', cause: 'SIGTERM'}, {requests, accounted, session, retries: 1})).toEqual([
		'stopped       4 of 10 requests done, 6 to go, after 1:12:44, by SIGTERM',
		'accounted     10 requests = 4 done + 1 in flight + 5 queued',
		'attempts      100,412, of which 1 retry',
		'tokens        in 41.2M (cached 3M), out 9.8M',
		'cost          $18.42, this session $0.0002 for 1 request',
		'latency       p50 1.8s, p95 8.2s',
		'results       so far: promptbatch-tui export food.promptbatch',
		'resume        promptbatch-tui food.yaml',
	]);
});

test.each([
	['pause', 'with --unpause'],
	['guard', 'with --unpause'],
	['task.cost', 'with a higher ceiling: --max-cost USD'],
	['task.requests', 'with a higher ceiling: --set limits.task.requests=N'],
	['session.cost', 'resume        promptbatch-tui food.yaml'],
	[null, 'resume        promptbatch-tui food.yaml'],
] as const)('a run stopped by %s ends with how to go on: %s', (obstacle, last) => {
	const requests = {total: 10, done: 4, failed: 0, pending: 6};
	expect(lines({reason: 'stuck', why: 'it is so', obstacle}, {requests}).at(-1)!.trim()).toBe(last);
});

test('everything that can be said fits into 12 lines', () => {
	const said = lines(
		{reason: 'stuck', why: 'openai/gpt is held: auth, no such key', obstacle: 'task.cost'},
		{
			requests: {total: 10, done: 4, failed: 3, pending: 3},
			failures: {server: 9, timeout: 8, network: 7, refusal: 6, schema: 5, missing: 4, expired: 3, task: 2},
			maybe_billed: {calls: 2, usd: 0.31},
			cost_usd: null,
		},
	);
	expect(said.length).toBeLessThanOrEqual(12);
	expect(said).toContain('because       openai/gpt is held: auth, no such key');
	expect(said).toContain(
		'failures      server 9, timeout 8, network 7, refusal 6, schema 5, missing 4, others 5',
	);
	expect(said).toContain('cost          unknown, this session 100,000 requests');
	expect(said).toContain('maybe billed  2 calls that ended without an answer, up to $0.31 more');
});

test('scores stand on one line, with their intervals and groups', () => {
	const score = {
		name: 'match',
		provider: 'openai',
		model: 'a',
		group: null,
		requests: 300,
		mean: 0.83,
		low: 0.781,
		high: 0.87,
		is_share: true,
		errors: 0,
	};
	const hard = {...score, group: 'hard', mean: 0.5, low: 0.4, high: 0.6};
	const length = {...score, name: 'length', mean: 1234.5, low: null, high: null, is_share: false, errors: 2};
	expect(lines({}, {scores: [score, hard, length]})).toContain(
		'scores        match 83.0% (78.1-87.0) [hard 50.0% (40.0-60.0)]; length 1,235, 2 score errors',
	);
	expect(lines({}, {scores: [score, {...score, model: 'b', mean: null, errors: 1}]})).toContain(
		'scores        match a 83.0% (78.1-87.0); match b 1 score error',
	);
});

test('a cost that is without some of the calls says so', () => {
	expect(lines({}, {cost_usd: 0.5, unpriced_calls: 3})).toContain(
		'cost          $0.50, without 3 calls at an unknown price',
	);
	expect(lines({}, {cost_usd: null, unpriced_calls: 3})).toContain('cost          unknown');
});

test('the results may be in parts', () => {
	expect(lines({results: 'results-part*of003.jsonl'}).at(-1)).toBe(
		'results       food.promptbatch/results-part*of003.jsonl',
	);
});

describe('what was failed or maybe billed', () => {
	test('is found in failures.jsonl', () => {
		const requests = {total: 10, done: 9, failed: 1, pending: 0};
		expect(lines({}, {requests, failures: {refusal: 1}}).slice(-2)).toEqual([
			'results       food.promptbatch/results.jsonl',
			'              food.promptbatch/failures.jsonl',
		]);
	});

	test('without a price is not called free', () => {
		const said = lines({}, {maybe_billed: {calls: 1, usd: 0}});
		expect(said).toContain('maybe billed  1 call that ended without an answer');
	});
});

test.each([
	['food.promptbatch', 'food.promptbatch'],
	['my food', "'my food'"],
	["it's; rm -rf", "'it'\\''s; rm -rf'"],
])('the folder %s is a word for a shell', (directory, word) => {
	const requests = {total: 2, done: 1, failed: 0, pending: 1};
	expect(lines({reason: 'stopped', directory}, {requests})).toContain(
		`results       so far: promptbatch-tui export ${word}`,
	);
});

test('texts from outside reach the terminal clean and on one line', () => {
	const said = lines({why: 'held: \u001b[2J\nrm -rf \u202e', directory: 'a\u0007b'}).join('\n');
	expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
	expect(said).toContain('␛[2J␊rm -rf');
});
