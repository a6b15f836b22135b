import {describe, expect, it} from 'vitest';
import {createRandom} from '../../source/simulator/random.ts';
import {createRateWindow, goDuration} from '../../source/simulator/rate-window.ts';

describe('createRateWindow', () => {
	it('lets a request in again 60 s after the one that is in its way', () => {
		const window = createRateWindow({requests: 2, tokens: null});
		expect(window.admit(5, 1000)).toBeNull();
		expect(window.admit(5, 11_000)).toBeNull();
		expect(window.admit(5, 21_000)).toEqual({what: 'requests', limit: 2, waitMs: 40_000});
		expect(window.admit(5, 60_999)).toMatchObject({waitMs: 1});
		expect(window.admit(5, 61_000)).toBeNull();
	});

	it('waits for as many tokens as the request needs', () => {
		const window = createRateWindow({requests: null, tokens: 100});
		expect(window.admit(40, 0)).toBeNull();
		window.charge(10, 0);
		expect(window.admit(40, 10_000)).toBeNull();
		expect(window.admit(20, 20_000)).toEqual({what: 'tokens', limit: 100, waitMs: 40_000});
		expect(window.admit(70, 20_000)).toEqual({what: 'tokens', limit: 100, waitMs: 50_000});
	});

	it('never lets more in than the limits, in any 60 s', () => {
		const seed = Math.floor(Math.random() * 1e9);
		const random = createRandom(seed);
		const limits = {requests: 20, tokens: 500};
		const window = createRateWindow(limits);
		const admitted: {readonly atMs: number; readonly tokens: number}[] = [];
		let nowMs = 0;
		for (let turn = 0; turn < 5000; turn++) {
			nowMs += Math.floor(random() * 4000);
			const tokens = 1 + Math.floor(random() * 60);
			const refusal = window.admit(tokens, nowMs);
			if (refusal) {
				expect(refusal.waitMs, `seed ${seed}`).toBeGreaterThan(0);
				expect(refusal.waitMs, `seed ${seed}`).toBeLessThanOrEqual(60_000);
			} else {
				admitted.push({atMs: nowMs, tokens});
			}
		}

		for (const {atMs} of admitted) {
			const inside = admitted.filter(other => other.atMs <= atMs && other.atMs > atMs - 60_000);
			expect(inside.length, `seed ${seed}`).toBeLessThanOrEqual(limits.requests);
			expect(
				inside.reduce((sum, {tokens}) => sum + tokens, 0),
				`seed ${seed}`,
			).toBeLessThanOrEqual(limits.tokens);
		}
	});
});

describe('goDuration', () => {
	it.each([
		[0, '0s'],
		[12, '12ms'],
		[999.6, '1s'],
		[8640, '8.64s'],
		[60_000, '1m0s'],
		[3_661_500, '1h1m1.5s'],
	])('%d ms is %s', (durationMs, text) => {
		expect(goDuration(durationMs)).toBe(text);
	});
});
