import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {createPlainLines} from '../../source/headless/plain-lines.ts';
import {createSnapshotBuilder} from '../../source/view/build-snapshot.ts';
import {timeOfDay} from '../../source/view/format.ts';
import {shardCut, submitted, updated} from '../domain/batch-fixture.ts';
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
	testPrice,
} from '../domain/run-fixture.ts';

const status = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};

/** A run that is watched as the engine lets it be watched: an event, then a snapshot. */
function watch(count: number, price = [testPrice]) {
	const queues = [queueInfo('gpt-4o-mini')];
	const run = runFixture(created(count, queues));
	const source = {count, queues, queueOf: () => 0, id: String};
	const builder = createSnapshotBuilder({
		name: 'food',
		settings: defaultSettings,
		queueRules: null,
		source,
		readEvent: offset => run.readEvent(offset),
	});
	const written: string[] = [];
	const lines = createPlainLines(line => written.push(line));
	const snapshot = (at: number) => builder.build(run.state, status, at);
	return {
		lines,
		written,
		snapshot,
		take(...events: readonly RunEvent[]) {
			for (const event of events) {
				run.take(event);
				builder.observe(event, run.state);
			}
		},
		look: (at: number) => lines.look(snapshot(at)),
		session: sessionStarted(price),
	};
}

const time = (ms: number) => timeOfDay(start + ms);

test('the first line says what runs, where and why so', () => {
	const {lines, written} = watch(1);
	const about = {
		at: start,
		name: 'food',
		runId: 'r',
		count: 100_000,
		grows: false,
		finished: 0,
		models: ['gpt-4o-mini', 'gpt-4o'],
		lane: 'mode direct: direct',
		directory: 'food.promptbatch',
		session: 1,
		simulated: true,
	};
	lines.begin(about);
	lines.begin({...about, finished: 1200, simulated: false});
	expect(written).toEqual([
		`${time(0)}  food: 100,000 requests  gpt-4o-mini, gpt-4o  mode direct: direct  SIMULATED  run directory food.promptbatch`,
		`${time(0)}  food: 100,000 requests, 1,200 of them finished before  gpt-4o-mini, gpt-4o  mode direct: direct  run directory food.promptbatch`,
	]);
});

describe('progress', () => {
	test('is shown at most every 5 s, and only when something changed', () => {
		const {written, look, take, session} = watch(100);
		look(start);
		expect(written).toEqual([]);
		take(session, started([0, 1, 2, 3]));
		look(start + 200);
		take(answered(0, {at: start + 400, costPico: 2e8}));
		look(start + 400);
		look(start + 5100);
		take(answered(1, {at: start + 5200, costPico: 2e8}));
		look(start + 5300);
		look(start + 20_000);
		look(start + 40_000);
		expect(written).toEqual([
			`${time(200)}  0.0%  0/100  failed 0  waiting 0  $0.00`,
			`${time(5300)}  2.0%  2/100  failed 0  waiting 0  $0.0004  0.38/s`,
		]);
	});

	test('says how fast and how long once it is known', () => {
		const {written, look, take, session} = watch(1000);
		take(session);
		for (let index = 0; index < 600; index++) {
			const at = start + index * 100;
			take(started([index], at), answered(index, {at, startedAt: at, costPico: 1e9}));
		}

		look(start + 60_000);
		expect(written).toEqual([
			`${time(60_000)}  60.0%  600/1,000  failed 0  waiting 0  $0.60  10.0/s  ETA 00:40+-03`,
		]);
	});

	test('is shown once more at the end, whenever that is', () => {
		const {lines, written, snapshot, look, take, session} = watch(1);
		take(session, started([0]));
		look(start + 200);
		take(answered(0, {at: start + 300, costPico: 0}));
		lines.end(snapshot(start + 300));
		lines.end(null);
		expect(written.at(-1)).toBe(`${time(300)}  100.0%  1/1  failed 0  waiting 0  $0.00  DONE`);
	});

	test('calls an unknown price unknown', () => {
		const {written, look, take, session} = watch(2, []);
		take(session, started([0]), answered(0, {costPico: null}));
		look(start + 1000);
		expect(written[0]).toContain('unknown');
		expect(written[0]).not.toContain('$');
	});
});

test('batches have a line for each change, and a part of the progress line', () => {
	const {written, look, take, session} = watch(100);
	const shard = shardCut(1, [0, 1, 2, 3]);
	take(session, shard, ...submitted(1));
	look(start + 200);
	const counts = {total: 4, completed: 1, failed: 0};
	const expiresAt = start + 86_400_000;
	take(updated(1, 'in_progress', {at: start + 1000, counts, expiresAt}));
	take(updated(1, 'in_progress', {at: start + 2000, counts: {...counts, completed: 3}, expiresAt}));
	look(start + 6000);
	expect(written).toEqual([
		`${time(0)}  batch 1 submitted: batch_1, 4 requests`,
		`${time(200)}  0.0%  0/100  failed 0  waiting 0  1 batch: 0/4  $0.00  ETA <23:59:59`,
		`${time(1000)}  batch 1 is in_progress`,
		`${time(6000)}  0.0%  0/100  failed 0  waiting 0  1 batch: 3/4  $0.00  ETA <23:59:54`,
	]);
});

test('pause, hold and the first error of a cause have a line each, at once', () => {
	const {written, look, take, session} = watch(100);
	take(session, started([0, 1, 2]));
	look(start + 200);
	take(failed(0, {at: start + 300, failure: failure('server', 503, 'over\u001b[31mload')}));
	take(failed(1, {at: start + 300, failure: failure('server', 503, 'again')}));
	look(start + 400);
	take({type: 'paused', at: start + 500, cause: 'person'});
	take({type: 'queue-held', at: start + 600, queue: 0, failure: failure('auth', 401, 'no such key')});
	look(start + 600);
	look(start + 800);
	expect(written.slice(1)).toEqual([
		`${time(300)}  warn: first 503 server: over␛[31mload`,
		`${time(500)}  paused by a person`,
		`${time(600)}  error: held openai/gpt-4o-mini: 401 auth: no such key`,
	]);
});

test('no text from outside brings a control code or a second line', () => {
	const {written, look, take, session} = watch(100);
	take(session, started([0]));
	take(failed(0, {failure: failure('server', 500, `\u001b]0;x\u0007\r\n\u009b2J\u202e${'a'.repeat(5000)}`)}));
	look(start + 1000);
	for (const line of written) {
		expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
		expect(line.length).toBeLessThan(600);
	}
});
