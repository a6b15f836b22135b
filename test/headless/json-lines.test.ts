import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {toDisplayEvents} from '../../source/headless/display-event.ts';
import {createJsonLines} from '../../source/headless/json-lines.ts';
import type {RunStart} from '../../source/headless/run-start.ts';
import {buildReport} from '../../source/view/build-report.ts';
import {collected, shardCut, submitted, updated} from '../domain/batch-fixture.ts';
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

const context = {
	queues: [queueInfo('gpt-4o-mini')],
	id: (index: number) => `row-${index}`,
	batch: () => null,
	attempts: (index: number) => index + 1,
	costUsd: () => null,
	forecastUsd: () => null,
};
const at = '2026-11-20T12:00:01.000Z';
const runStart: RunStart = {
	at: start,
	name: 'food',
	runId: 'run-1',
	count: 8,
	grows: false,
	finished: 0,
	models: ['gpt-4o-mini'],
	lane: 'mode auto: direct, fewer than 101 requests',
	directory: 'food.promptbatch',
	session: 1,
	simulated: false,
};

describe('an event', () => {
	test.each<[string, RunEvent, object | null]>([
		[
			'an answer',
			answered(1, {costPico: 54_000_000}),
			{
				event: 'request-finished',
				at,
				id: 'row-1',
				index: 1,
				mode: 'direct',
				attempts: 2,
				cost_usd: 0.000_054,
			},
		],
		[
			'an answer without a price',
			answered(0, {costPico: null, lane: 'batch'}),
			{event: 'request-finished', at, id: 'row-0', index: 0, mode: 'batch', attempts: 1, cost_usd: null},
		],
		[
			'a failure for good',
			failed(2, {sequel: 'fail', failure: failure('invalid_request', 400, '\u001b[2J')}),
			{event: 'request-failed', at, id: 'row-2', index: 2, kind: 'invalid_request', status: 400},
		],
		[
			'a retry',
			failed(2, {retryAt: start + 1850}),
			{
				event: 'retry-scheduled',
				at,
				id: 'row-2',
				kind: 'server',
				status: 503,
				wait_ms: 850,
				retry_at: '2026-11-20T12:00:01.850Z',
			},
		],
		[
			'a wait',
			failed(2, {sequel: 'wait', failure: failure('network')}),
			{
				event: 'retry-scheduled',
				at,
				id: 'row-2',
				kind: 'network',
				status: null,
				wait_ms: 1000,
				retry_at: '2026-11-20T12:00:02.000Z',
			},
		],
		['an attempt that held its queue', failed(2, {sequel: 'hold', failure: failure('auth', 401)}), null],
		[
			'a hold',
			{type: 'queue-held', at: start + 1000, queue: 0, failure: failure('auth', 401, 'no such key')},
			{event: 'held', at, queue: 'openai/gpt-4o-mini', reason: '401 auth: no such key'},
		],
		[
			'a pause',
			{type: 'paused', at: start + 1000, cause: 'signal'},
			{event: 'paused', at, by: 'signal', reason: 'a signal paused the run'},
		],
		['a resume', {type: 'resumed', at: start + 1000}, {event: 'resumed', at}],
		[
			'a guard',
			{type: 'guard-tripped', at: start + 1000, reason: '2 bad passes in a row'},
			{event: 'paused', at, by: 'guard', reason: '2 bad passes in a row'},
		],
		[
			'a ceiling',
			{type: 'limit-reached', at: start + 1000, limit: 'task.cost', value: 1.5},
			{event: 'limit-reached', at, limit: 'task.cost', value: 1.5},
		],
		['the cut of a shard', shardCut(1, [0, 1]), null],
		['a forced lane', {type: 'direct-forced', at: start, isOn: true}, null],
		['a start', started([1]), null],
		['the end', {type: 'run-finished', at: start}, null],
	])('%s', (_, event, expected) => {
		const [shown = null] = toDisplayEvents(event, context);
		expect(shown).toEqual(expected);
		expect(Object.keys(shown ?? {})).toEqual(Object.keys(expected ?? {}));
	});
});

test('each request that was given up is a failure of its own', () => {
	const event = {type: 'requests-given-up', at: start + 1000, previous: [-1, 4], failedByQueue: [2]} as const;
	expect(toDisplayEvents({...event, indexes: [0, 2]}, context)).toEqual([
		{event: 'request-failed', at, id: 'row-0', index: 0, kind: 'cancelled', status: null},
		{event: 'request-failed', at, id: 'row-2', index: 2, kind: 'cancelled', status: null},
	]);
});

test('a batch is told from its submission to its collection', () => {
	const events: readonly RunEvent[] = [
		shardCut(1, [0, 1, 2, 3]),
		...submitted(1),
		updated(1, 'in_progress', {counts: {total: 4, completed: 1, failed: 1}}),
		updated(1, 'expired', {counts: {total: 4, completed: 2, failed: 1}}),
		collected(1, {outcomes: {done: 2, failed: 1, expired: 1, missing: 0}}),
		{type: 'batch-cleaned', at: start, shard: 1},
		shardCut(2, [0]),
		...submitted(2),
		{
			type: 'batch-rejected',
			at: start,
			shard: 2,
			failure: failure('not_found', 404),
			lines: [],
			tokenLimit: null,
		},
	];
	const run = runFixture(created(8), sessionStarted());
	const shown = events.flatMap(event => {
		run.take(event);
		const batch = (shard: number) => run.state.batches.get(shard) ?? null;
		return toDisplayEvents(event, {...context, batch});
	});
	const about = (event: string, shard: number, status: string, counts: readonly number[]) => {
		const [total, completed, failures] = counts;
		return {
			event,
			at: '2026-11-20T12:00:00.000Z',
			batch_id: `batch_${shard}`,
			shard,
			status,
			counts: {total, completed, failed: failures},
		};
	};
	expect(shown).toEqual([
		about('batch-submitted', 1, 'validating', [4, 0, 0]),
		about('batch-updated', 1, 'in_progress', [4, 1, 1]),
		about('batch-updated', 1, 'expired', [4, 2, 1]),
		about('batch-collected', 1, 'expired', [4, 2, 1]),
		about('batch-submitted', 2, 'validating', [1, 0, 0]),
		about('batch-updated', 2, 'failed', [1, 0, 0]),
	]);
});

describe('the lines', () => {
	function collect() {
		const writes: string[] = [];
		return {writes, lines: createJsonLines(context, text => writes.push(text))};
	}

	test('begin with what runs and end with the report', async () => {
		const {writes, lines} = collect();
		const run = runFixture(created(8), sessionStarted(), started([0]), answered(0, {costPico: 5_000_000}));
		lines.begin(runStart);
		lines.end(buildReport(run.state, start + 3100), 0, start + 3100);
		const objects = writes
			.join('\n')
			.split('\n')
			.map(line => JSON.parse(line));
		expect(objects.map(({event}) => event)).toEqual(['run-started', 'report']);
		expect(objects[0]).toMatchObject({at: '2026-11-20T12:00:00.000Z', name: 'food', total: 8});
		expect(objects[1]).toEqual({
			event: 'report',
			accounted: {
				total: 8,
				done: 1,
				failed: 0,
				in_flight: 0,
				batched: 0,
				waiting: 0,
				queued: 7,
				missing: 0,
			},
			at: '2026-11-20T12:00:03.100Z',
			requests: {total: 8, done: 1, failed: 0, pending: 7},
			failures: {},
			attempts: 1,
			retries: 0,
			tokens: {input: 0, cached: 0, output: 0},
			cost_usd: 0.000_005,
			maybe_billed: {calls: 0, usd: 0},
			mode: {direct: 1, batch: 0},
			session: {requests: 1, cost_usd: 0.000_005},
			seconds: 3.1,
			exit_code: 0,
			latency_ms: {p50: 996, p95: 996},
			by_model: [
				{
					provider: 'openai',
					model: 'gpt-4o-mini',
					done: 1,
					failed: 0,
					tokens: {input: 0, cached: 0, output: 0},
					cost_usd: 0.000_005,
					direct_usd: 0.000_005,
					batch_usd: 0,
					p50_ms: 996,
					p95_ms: 996,
				},
			],
			calls: 1,
			errors: [],
		});
		expect(Object.keys(objects[1]!).indexOf('exit_code')).toBe(12);
		await Promise.resolve();
		expect(writes).toHaveLength(1);
	});

	test('of one turn go out together, whole, in order, and none twice', async () => {
		const {writes, lines} = collect();
		for (let index = 0; index < 1000; index++) {
			lines.observe(answered(index));
		}

		expect(writes).toEqual([]);
		await Promise.resolve();
		lines.observe(answered(1000));
		await Promise.resolve();
		expect(writes).toHaveLength(2);
		const indexes = writes
			.join('\n')
			.split('\n')
			.map(line => JSON.parse(line).index);
		expect(indexes).toEqual(Array.from({length: 1001}, (_, index) => index));
	});

	test('keep texts from outside as they are, escaped as JSON does', () => {
		const {writes, lines} = collect();
		const message = '\u001b[2J\nthe "end"\u2028';
		lines.observe({type: 'queue-held', at: start, queue: 0, failure: failure('auth', 401, message)});
		lines.end(buildReport(runFixture(created(1)).state, start), 3, start);
		const [held = ''] = writes.join('\n').split('\n');
		expect(JSON.parse(held).reason).toBe(`401 auth: ${message}`);
		expect(held).not.toContain('\u001b');
	});
});
