import {describe, expect, test} from 'vitest';
import {windowMs} from '../../source/domain/recent-starts.ts';
import {unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {limiterLines} from '../../source/ui/panes/limiter-lines.ts';
import {createCallsTrend} from '../../source/view/calls-trend.ts';
import {shortCount} from '../../source/view/format.ts';
import {answered, failed} from '../engine/engine-fixture.ts';
import {slidingWindow} from '../engine/rate-server.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {watchEngine} from './watched-engine.ts';

const seed = testSeed('limiter');

function textOf(watched: ReturnType<typeof watchEngine>, columns: number): string {
	const {inFlight, at} = watched.look();
	const lines = limiterLines(inFlight, columns, 20, at, unicodeGlyphs);
	return lines.map(line => line.map(({text}) => text).join('')).join('\n');
}

/** Row 127. */
describe('the gauges', () => {
	test('are those of the bucket at any time: calls and tokens of the last 60 s, estimates until usage is known', async () => {
		const random = seededRandom(seed);
		const rpm = 60;
		const tpm = 4000;
		const watched = watchEngine({
			count: 400,
			rate: {rpm, tpm, concurrency: 30},
			// All as long, so that as many tokens are set aside for each.
			bodyOf: index => ({max_tokens: 10, pad: 'x'.repeat(3 - String(index).length)}),
			script: () => ({
				afterMs: 300 + Math.floor(3000 * random()),
				outcome: answered('yes', {usage: {prompt_tokens: 20, completion_tokens: Math.ceil(40 * random())}}),
			}),
		});
		const {fixture} = watched;
		const {clock, calls, events, state} = fixture;
		const began = clock.now();
		await clock.runUntil(() => events.some(({type}) => type === 'attempt-started'));
		const first = events.find(event => event.type === 'attempt-started')!;
		const reserved = first.tokens! / first.indexes.length;
		let compared = 0;
		let most = 0;
		for (const afterMs of Array.from({length: 60}, () => Math.ceil(5000 * random()))) {
			let isOver = false;
			void clock.sleep(afterMs).then(() => {
				isOver = true;
			});
			await clock.runUntil(() => isOver);
			const [status] = fixture.engine.status().rates;
			const {inFlight} = watched.look();
			const now = clock.now();
			const inWindow = calls.filter(({at}) => at > now - windowMs);
			expect(inFlight.rates[0]).toEqual(status);
			expect(status!.requests, `seed ${seed} at ${now - began}`).toEqual({used: inWindow.length, of: rpm});
			// What came back counts with its usage, what is out with what was set aside for it.
			const known = new Map(
				events.flatMap(event =>
					event.type === 'attempt-answered' ? [[event.index, event.usage.input + event.usage.output]] : [],
				),
			);
			const settled = inWindow.filter(({index}) => known.has(index));
			const used = settled.reduce((sum, {index}) => sum + known.get(index)!, 0);
			const out = inWindow.length - settled.length;
			expect(out).toBe(state.inFlight.size);
			expect(status!.tokens, `seed ${seed}`).toEqual({used: used + out * reserved, of: tpm});
			const text = `rpm ${inWindow.length}/${rpm}`;
			expect(textOf(watched, 32)).toContain(text);
			expect(textOf(watched, 120)).toContain(text);
			expect(textOf(watched, 120)).toContain(`tpm ${shortCount(status!.tokens!.used)}/4,000`);
			most = Math.max(most, inWindow.length);
			compared++;
			if (calls.length === 400 && state.inFlight.size === 0) {
				break;
			}
		}

		expect(compared).toBeGreaterThan(30);
		expect(most).toBeGreaterThan(40);
		fixture.engine.forsake();
	}, 60_000);

	test('are not there where nothing bounds a queue', async () => {
		const watched = watchEngine({count: 5, script: () => ({afterMs: 100, outcome: answered()})});
		await watched.fixture.clock.runUntil(() => watched.fixture.calls.length === 5);
		expect(watched.look().inFlight).toMatchObject({count: 5, rates: []});
		expect(textOf(watched, 32)).toContain('5/64');
		watched.fixture.engine.forsake();
	});

	test('are there for a queue whose rate does not adapt', async () => {
		const watched = watchEngine({
			count: 5,
			rate: {rpm: 100, adaptive: false},
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await watched.fixture.clock.runUntil(() => watched.fixture.calls.length > 1);
		const sent = watched.fixture.calls.length;
		expect(watched.look().inFlight.rates).toMatchObject([{perMinute: 100, requests: {used: sent, of: 100}}]);
		watched.fixture.engine.forsake();
	});
});

test('a hint of the server holds the queue until its time, and the pane counts down to it', async () => {
	const watched = watchEngine({
		count: 3,
		rate: {concurrency: 1},
		script: (_call, attempt) => ({
			afterMs: 100,
			outcome: attempt === 1 ? failed('rate_limit', 429, {hintMs: 8000}) : answered(),
		}),
	});
	const {fixture} = watched;
	await fixture.clock.runUntil(() => fixture.events.some(({type}) => type === 'attempt-failed'));
	const until = fixture.state.queues[0]!.throttledUntil;
	expect(until).toBeGreaterThanOrEqual(fixture.clock.now() + 8000);
	expect(watched.look().inFlight.rates[0]!.hold).toEqual({until, by: 'hint'});
	expect(textOf(watched, 80)).toMatch(/held \d+s as asked/);
	fixture.engine.forsake();
});

test('each cut is shown with its time, its reason and the paces before and after', async () => {
	const limiter = slidingWindow(600);
	const watched = watchEngine({
		count: 100_000,
		script: (_call, _attempt, now) =>
			limiter(now) ? {afterMs: 200, outcome: answered()} : {afterMs: 20, outcome: failed('rate_limit', 429)},
	});
	const {fixture} = watched;
	await fixture.clock.runUntil(() => fixture.clock.now() >= 1_075_000, 100_000);
	const [rate] = watched.look().inFlight.rates;
	const firstRefusal = fixture.events.find(({type}) => type === 'attempt-failed')!;
	expect(rate!.cuts).toBe(rate!.lastCuts.length);
	expect(rate!.lastCuts[0]).toMatchObject({at: firstRefusal.at, reason: 'rate_limit 429'});
	expect(rate!.lastCuts[0]!.toPerMinute!).toBeLessThan(rate!.lastCuts[0]!.fromPerMinute);
	const text = textOf(watched, 120);
	expect(text).toMatch(/cut \d\d:\d\d:\d\d {2}429 rate limit +[\d,]+ → [\d,]+\/min/);
	const told = watched.look().notices.filter(({text: notice}) => notice.includes('slowed down'));
	expect(told).toHaveLength(rate!.lastCuts.filter(({toPerMinute}) => toPerMinute !== null).length);
	fixture.engine.forsake();
}, 60_000);

test('the trend holds the most calls at once of each 5 s, and what stays out stays', () => {
	const trend = createCallsTrend();
	expect(trend.read(1_000_000)).toEqual(Array.from({length: 24}, () => 0));
	trend.note(1_000_000, 3);
	trend.note(1_002_000, 7);
	trend.note(1_004_000, 2);
	expect(trend.read(1_004_999).slice(-2)).toEqual([0, 7]);
	expect(trend.read(1_015_000).slice(-4)).toEqual([7, 2, 2, 2]);
	trend.note(1_016_000, 0);
	expect(trend.read(1_020_000).slice(-5)).toEqual([7, 2, 2, 2, 0]);
	expect(trend.read(9_000_000)).toEqual(Array.from({length: 24}, () => 0));
});
