import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import type {RateStatus} from '../../source/domain/rate-status.ts';
import {createCutWatch} from '../../source/view/cut-notices.ts';
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

const queues = [queueInfo('gpt-4o')];

function watched(taskCost: bigint | null = null) {
	const notices = createNotices({queues: queues}, {id: index => `row-${index}`, taskCost});
	const run = runFixture(created(100_000, queues), sessionStarted());
	return {
		notices,
		take(...events: readonly RunEvent[]) {
			for (const event of events) {
				run.take(event);
				notices.observe(event, run.state);
			}
		},
		quiet: () => notices.list.filter(({isQuiet}) => isQuiet).map(({text}) => text),
		loud: () => notices.list.filter(({isQuiet}) => !isQuiet).map(({level, text}) => `${level}: ${text}`),
	};
}

describe('the log', () => {
	test('has a line for each of the first 25 failures of a cause, then one for many, at most every 10 s', () => {
		const {notices, take, quiet} = watched();
		for (let index = 0; index < 300; index++) {
			take(failed(index, {at: start + index * 100, sequel: index === 3 ? 'fail' : 'retry'}));
		}

		const lines = quiet();
		expect(lines.slice(0, 5)).toEqual([
			'row-0: 503 server; next try in 1s',
			'row-1: 503 server; next try in 1s',
			'row-2: 503 server; next try in 1s',
			'row-3: 503 server; failed for good',
			'row-4: 503 server; next try in 1s',
		]);
		// Until 29.9 s: the 25th line was at 2.4 s.
		expect(lines.slice(25)).toEqual(['503 server: 100 more', '503 server: 100 more']);
		notices.look(start + 32_300);
		expect(quiet().slice(27)).toEqual([]);
		notices.look(start + 32_400);
		expect(quiet().slice(27)).toEqual(['503 server: 75 more']);
		notices.look(start + 99_000);
		expect(quiet()).toHaveLength(28);
		expect(25 + 100 + 100 + 75).toBe(300);
	});

	test('of 12 causes counts every failure once', () => {
		const {notices, take, quiet} = watched();
		let told = 0;
		let last = 0;
		const collect = () => {
			for (const {id, isQuiet, text} of notices.list) {
				if (id > last && isQuiet) {
					const more = /: ([\d,]+) more$/.exec(text)?.[1];
					told += more === undefined ? 1 : Number(more.replaceAll(',', ''));
				}
			}

			last = notices.list.at(-1)?.id ?? last;
		};

		for (let index = 0; index < 10_000; index++) {
			take(failed(index, {at: start + index * 4, failure: failure('server', 500 + (index % 12))}));
			if (index % 40 === 0) {
				collect();
			}
		}

		collect();
		notices.look(start + 60_000);
		collect();
		expect(told).toBe(10_000);
		expect(quiet().length).toBeLessThanOrEqual(100);
	});

	test('loses no loud notice to a storm of quiet ones, and stays in order', () => {
		const {notices, take} = watched();
		take({type: 'paused', at: start, cause: 'person'});
		for (let index = 0; index < 1000; index++) {
			take(failed(index, {at: start + index, failure: failure('server', 500 + (index % 40))}));
		}

		const loud = notices.list.filter(({isQuiet}) => !isQuiet).map(({text}) => text);
		expect(loud[0]).toBe('paused by a person');
		expect(loud).toHaveLength(41);
		expect(notices.list.length).toBeLessThanOrEqual(150);
		const ids = notices.list.map(({id}) => id);
		expect(ids).toEqual(ids.toSorted((a, b) => a - b));
	});

	test('bounds its dumps, each and all together', () => {
		const {notices} = watched();
		for (let number = 0; number < 30; number++) {
			notices.dump({at: start, level: 'error', title: `t${number}`, text: 'x'.repeat(30_000)});
		}

		const dumps = notices.list.map(({dump}) => dump?.length ?? 0);
		expect(Math.max(...dumps)).toBeLessThan(20_100);
		expect(dumps.reduce((sum, length) => sum + length)).toBeLessThanOrEqual(200_000);
		expect(notices.list.at(-1)).toMatchObject({text: 't29', isQuiet: true});
		expect(notices.list.at(-1)?.dump).toContain('(10000 more characters)');
	});
});

test('a cut of the pace is told once, when it is known what it came to', () => {
	const news = createCutWatch();
	const cut = {at: start, reason: 'rate_limit 429', fromPerMinute: 1480, toPerMinute: null};
	const rates = (lastCuts: RateStatus['lastCuts']): RateStatus[] => [
		{
			queue: 'openai/m',
			perMinute: null,
			concurrency: 0,
			requests: null,
			tokens: null,
			hold: null,
			cuts: lastCuts.length,
			lastCuts,
		},
	];
	expect(news(rates([cut]))).toEqual([]);
	const over = {...cut, toPerMinute: 740};
	expect(news(rates([over]))).toEqual([
		['warn', 'openai/m: slowed down from 1,480 to 740 a minute after 429 rate limit'],
	]);
	expect(news(rates([over]))).toEqual([]);
	expect(news(rates([over, {...over, at: start + 1}]))).toHaveLength(1);
});

describe('what the cost ceiling makes known', () => {
	const dollar = 1e12;

	test('comes at 80 % and at 100 % of the cost ceiling, once each; what may have been billed counts', () => {
		const {take, loud} = watched(10n * BigInt(dollar));
		take(started([0, 1, 2, 3, 4, 5]));
		take(answered(0, {costPico: 7 * dollar}));
		const told = () => loud().filter(text => text.includes('ceiling'));
		expect(told()).toEqual([]);
		take(failed(1, {maybeBilled: true, maybeBilledPico: dollar, sequel: 'fail'}));
		expect(told()).toEqual(['warn: 80% of the cost ceiling is used up: $8.00 of $10.00']);
		take(answered(2, {costPico: dollar}), answered(3, {costPico: dollar}), answered(4, {costPico: 0}));
		take({type: 'limit-reached', at: start, limit: 'task.cost', value: 10});
		expect(told()).toEqual([
			'warn: 80% of the cost ceiling is used up: $8.00 of $10.00',
			'error: the cost ceiling is used up: $10.00 of $10.00',
			'error: ceiling task.cost of $10.00 reached: nothing new starts',
		]);
	});

	test('begins anew with a ceiling that a person raised', () => {
		const {take, loud} = watched(10n * BigInt(dollar));
		take(started([0, 1]), answered(0, {costPico: 9 * dollar}));
		take({type: 'limit-reached', at: start, limit: 'task.cost', value: 10});
		take({type: 'ceiling-raised', at: start, over: 10 * dollar, costPico: 20 * dollar});
		take(answered(1, {costPico: 8 * dollar}));
		take({type: 'limit-reached', at: start, limit: 'task.cost', value: 20});
		expect(loud()).toEqual([
			'warn: 80% of the cost ceiling is used up: $9.00 of $10.00',
			'error: ceiling task.cost of $10.00 reached: nothing new starts',
			'info: the cost ceiling is $20.00 now',
			'warn: 80% of the cost ceiling is used up: $17.00 of $20.00',
			'error: ceiling task.cost of $20.00 reached: nothing new starts',
		]);
	});

	test('is not told again by what was billed, when a start that did not fit has told it', () => {
		const {take, loud} = watched(10n * BigInt(dollar));
		take(started([0, 1]), answered(0, {costPico: 9 * dollar}));
		take({type: 'limit-reached', at: start, limit: 'task.cost', value: 10});
		take(answered(1, {costPico: dollar}));
		expect(loud()).toEqual([
			'warn: 80% of the cost ceiling is used up: $9.00 of $10.00',
			'error: ceiling task.cost of $10.00 reached: nothing new starts',
		]);
	});
});

test('a pause, a hold, a guard and the end are told', () => {
	const {take, loud, quiet} = watched();
	take({type: 'paused', at: start, cause: 'person'}, {type: 'resumed', at: start});
	take({type: 'queue-held', at: start, queue: 0, failure: failure('auth', 401)});
	take({type: 'guard-tripped', at: start, reason: '2 bad passes in a row'});
	take({type: 'run-finished', at: start});
	expect(loud()).toEqual([
		'info: paused by a person',
		'info: resumed',
		expect.stringContaining('error: held '),
		'error: stopped by a guard: 2 bad passes in a row',
	]);
	expect(quiet()).toEqual([expect.stringContaining('every request has its outcome')]);
});
