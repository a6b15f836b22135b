import {describe, expect, test} from 'vitest';
import {addLatency, createLatencies, recentQuantiles} from '../../source/view/latencies.ts';
import {add, bySlice, clear, createMovingSums, spanMs, total} from '../../source/view/moving-sums.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const seed = testSeed('moving-sums');

describe('moving sums', () => {
	test('equal a recount over the window, at random times', () => {
		const random = seededRandom(seed);
		const sums = createMovingSums(100, 7, 2);
		const added: {readonly slice: number; readonly column: number; readonly amount: number}[] = [];
		let now = 1_000_000;
		for (let step = 0; step < 3000; step++) {
			now += Math.floor(random() * (random() < 0.02 ? 2000 : 60));
			const late = random() < 0.1 ? Math.floor(random() * 1500) : 0;
			const entry = {
				slice: Math.floor((now - late) / 100),
				column: random() < 0.5 ? 0 : 1,
				amount: Math.floor(random() * 9),
			};
			add(sums, now - late, entry.amount, entry.column);
			// What came so late that its slice had passed was never in a window.
			if (entry.slice > Math.max(Math.floor(now / 100) - 7, sums.newest - 7)) {
				added.push(entry);
			}

			const newest = Math.floor(now / 100);
			for (const column of [0, 1]) {
				const slices = Array.from({length: 7}, (_, place) =>
					added
						.filter(one => one.column === column && one.slice === newest - 6 + place)
						.reduce((sum, {amount}) => sum + amount, 0),
				);
				expect(bySlice(sums, now, column), `seed ${seed}`).toEqual(slices);
				expect(total(sums, now, column)).toBe(slices.reduce((sum, amount) => sum + amount));
			}
		}
	});

	test('cover the time that they have seen, at most the window', () => {
		const sums = createMovingSums(1000, 60);
		expect(spanMs(sums, 100_000, 100_000)).toBe(1);
		expect(spanMs(sums, 100_000, 97_500)).toBe(2500);
		expect(spanMs(sums, 500_250, 0)).toBe(59_250);
	});

	test('are nothing once they are cleared', () => {
		const sums = createMovingSums(1000, 3);
		add(sums, 5000, 4);
		clear(sums);
		expect(total(sums, 5000)).toBe(0);
	});
});

describe('latencies', () => {
	test('have their quantiles within 5%', () => {
		const random = seededRandom(seed);
		const latencies = createLatencies();
		const all = Array.from({length: 2000}, () => Math.exp(random() * 12));
		for (const latency of all) {
			addLatency(latencies, 10_000, latency);
		}

		all.sort((a, b) => a - b);
		const [p50, p95] = recentQuantiles(latencies, 10_000, [0.5, 0.95]);
		for (const [value, exact] of [
			[p50, all[999]],
			[p95, all[1899]],
		]) {
			expect(value! / exact!, `seed ${seed}`).toBeGreaterThan(0.95);
			expect(value! / exact!, `seed ${seed}`).toBeLessThan(1.05);
		}
	});

	test('are those of the last minute', () => {
		const latencies = createLatencies();
		expect(recentQuantiles(latencies, 0, [0.5])).toEqual([null]);
		addLatency(latencies, 10_000, 100);
		addLatency(latencies, 65_000, 900);
		expect(recentQuantiles(latencies, 69_000, [0.5])[0]).toBeLessThan(110);
		expect(recentQuantiles(latencies, 70_000, [0.5])[0]).toBeGreaterThan(850);
		expect(recentQuantiles(latencies, 500_000, [0.5])).toEqual([null]);
	});

	test.each([-5, 0, 0.2, 1e12])('of %d ms find a place', latencyMs => {
		const latencies = createLatencies();
		addLatency(latencies, 0, latencyMs);
		expect(recentQuantiles(latencies, 0, [0.5])[0]).toBeGreaterThan(0);
	});
});
