import {describe, expect, test} from 'vitest';
import {createHeaderRate, headerGate, noteHeaderStart, readHeaders} from '../../source/domain/header-rate.ts';
import type {RateHeaders} from '../../source/domain/ports.ts';

/** No call of the last minute is known. */
const never = Number.POSITIVE_INFINITY;

const nothing: RateHeaders = {
	limitRequests: null,
	remainingRequests: null,
	resetRequestsMs: null,
	limitTokens: null,
	remainingTokens: null,
	resetTokensMs: null,
};

describe('what headers say', () => {
	test('nothing left: wait as long as they ask', () => {
		const rate = createHeaderRate();
		readHeaders(rate, {...nothing, remainingRequests: 0, resetRequestsMs: 2000}, 1, 1, 900, never, 1000);
		expect(headerGate(rate, 1000)).toBe(3000);
		expect(headerGate(rate, 3000)).toBeNull();
	});

	test('a wait of hours is cut to a minute, and one call finds out; taken in, it refutes them', () => {
		const rate = createHeaderRate();
		const headers = {...nothing, remainingRequests: 0, resetRequestsMs: 6 * 3_600_000};
		readHeaders(rate, headers, 1, 1, 900, never, 1000);
		expect(headerGate(rate, 1000)).toBe(61_000);
		expect(headerGate(rate, 61_000)).toBeNull();
		noteHeaderStart(rate);
		expect(headerGate(rate, 61_000)).toBe(121_000);
		readHeaders(rate, headers, 2, 2, 61_000, never, 61_100);
		expect(headerGate(rate, 61_100)).toBeNull();
	});

	test('calls that left after the one that tells are not counted in it yet', () => {
		const rate = createHeaderRate();
		// The third of ten that are out: seven more are on their way.
		readHeaders(rate, {...nothing, remainingRequests: 8, resetRequestsMs: 5000}, 3, 10, 1000, never, 1010);
		expect(headerGate(rate, 1010)).toBeNull();
		noteHeaderStart(rate);
		expect(headerGate(rate, 1010)).toBe(6010);
	});

	test('older headers that come late say nothing any more', () => {
		const rate = createHeaderRate();
		readHeaders(rate, {...nothing, limitRequests: 600}, 5, 6, 1000, never, 1010);
		readHeaders(rate, {...nothing, remainingRequests: 0, resetRequestsMs: 2000}, 4, 6, 1000, never, 1020);
		expect(headerGate(rate, 1020)).toBeNull();
	});

	test('a reset counts until all is free: the first call of the minute makes room before', () => {
		const rate = createHeaderRate();
		const headers = {...nothing, limitRequests: 600, remainingRequests: 0, resetRequestsMs: 59_000};
		readHeaders(rate, headers, 1, 1, 900, 4000, 1000);
		expect(headerGate(rate, 1000)).toBe(4000);
	});

	test('a limit is by the minute, unless it comes back faster', () => {
		const rate = createHeaderRate();
		const read = (limit: number, remaining: number, resetMs: number, call: number, now: number) =>
			readHeaders(
				rate,
				{...nothing, limitRequests: limit, remainingRequests: remaining, resetRequestsMs: resetMs},
				call,
				call,
				now,
				never,
				now,
			);
		read(600, 590, 1000, 1, 0);
		expect(rate.requests.perMinute).toBe(600);
		read(50, 0, 2000, 2, 10);
		expect(rate.requests.perMinute).toBe(1500);
		// Little of it is used now; it is still the same limit.
		read(50, 49, 2000, 3, 2020);
		expect(rate.requests.perMinute).toBe(1500);
		read(500, 499, 2000, 4, 2030);
		expect(rate.requests.perMinute).toBe(500);
	});
});
