import {describe, expect, test} from 'vitest';
import {sequelOf} from '../../source/domain/backoff.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {created, failed, runFixture, sessionStarted, start, started} from './run-fixture.ts';

const {retry} = defaultSettings;
const fresh = {retries: 0, waits: 0, rounds: 0, mostRounds: 0};
const now = 1_000_000;
const seed = testSeed('backoff');

describe('without a hint', () => {
	test.each([
		[0, 1000],
		[1, 2000],
		[2, 4000],
		[5, 32_000],
		[6, 60_000],
		[29, 60_000],
	])('after %i waits the delay lies below %i ms, anywhere', (waits, boundMs) => {
		const random = seededRandom(seed);
		const delays = Array.from({length: 500}, () => {
			const {sequel, retryAt, hinted} = sequelOf(
				'wait',
				{retries: 0, waits, rounds: 0, mostRounds: 0},
				null,
				retry,
				now,
				random,
			);
			expect([sequel, hinted]).toEqual(['wait', false]);
			return retryAt! - now;
		});
		expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...delays)).toBeLessThanOrEqual(boundMs);
		expect(Math.min(...delays)).toBeLessThan(boundMs * 0.1);
		expect(Math.max(...delays)).toBeGreaterThan(boundMs * 0.9);
	});

	test('retries and waits each have a bound of their own', () => {
		const used = {retries: 1, waits: 5, rounds: 0, mostRounds: 0};
		expect(sequelOf('retry', used, null, retry, now, () => 1).retryAt).toBe(now + 2000);
		expect(sequelOf('wait', used, null, retry, now, () => 1).retryAt).toBe(now + 32_000);
	});
});

describe('a hint of the server', () => {
	test.each([250, 3000, 120_000, 0.4])(
		'of %d ms is never undercut, and passed by a fifth at most',
		hintMs => {
			const random = seededRandom(seed);
			for (let round = 0; round < 500; round++) {
				const {retryAt, hinted} = sequelOf('wait', fresh, hintMs, retry, now, random);
				expect(hinted).toBe(true);
				expect(retryAt! - now).toBeGreaterThanOrEqual(hintMs);
				expect(retryAt! - now).toBeLessThanOrEqual(Math.ceil(hintMs * 1.2));
			}
		},
	);

	test.each([0, -5000, Number.NaN, Number.POSITIVE_INFINITY])('of %d ms is none', hintMs => {
		const {retryAt, hinted} = sequelOf('wait', fresh, hintMs, retry, now, () => 0.5);
		expect([retryAt, hinted]).toEqual([now + 500, false]);
	});
});

describe('the budget', () => {
	test.each([0, 1, 2, 7, 300])(
		'of max_retries %i gives one attempt more, and then the request fails',
		maxRetries => {
			const settings = {...retry, maxRetries};
			const {state, take} = runFixture(created(1), sessionStarted());
			let attempts = 0;
			while (attempts < 1000) {
				attempts++;
				take(started([0]));
				const {retries, waits} = state.columns;
				const used = {retries: retries[0]!, waits: waits[0]!, rounds: 0, mostRounds: 0};
				const sequel = sequelOf('retry', used, null, settings, start, () => 0.5);
				reduce(state, failed(0, {at: start, ...sequel}), 0);
				if (sequel.sequel === 'fail') {
					break;
				}
			}

			// One byte a request counts the retries.
			expect(attempts).toBe(Math.min(maxRetries, 255) + 1);
		},
	);

	test('of waits ends too, and the failure is for good', () => {
		expect(
			sequelOf('wait', {retries: 0, waits: 29, rounds: 0, mostRounds: 0}, 1000, retry, now, Math.random)
				.sequel,
		).toBe('wait');
		expect(
			sequelOf('wait', {retries: 0, waits: 30, rounds: 0, mostRounds: 0}, 1000, retry, now, Math.random),
		).toEqual({
			sequel: 'fail',
			retryAt: null,
			hinted: false,
		});
	});

	test.each(['hold', 'fail'] as const)('%s waits for nothing, whatever the hint', sequel => {
		expect(sequelOf(sequel, fresh, 5000, retry, now, Math.random)).toEqual({
			sequel,
			retryAt: null,
			hinted: false,
		});
	});
});
