import {expect, test} from 'vitest';
import {readDurationMs, readRateHeaders} from '../../source/api/rate-headers.ts';

test.each([
	['1s', 1000],
	['6m0s', 360_000],
	['12ms', 12],
	['1h2m', 3_720_000],
	['1h2m3.5s', 3_723_500],
	['2m59.56s', 179_560],
	['0s', 0],
	['0.25ms', 0.25],
	['250µs', 0.25],
	['7.66', 7660],
	[' 10 ', 10_000],
])('a duration of %s is %d ms', (text, milliseconds) => {
	expect(readDurationMs(text)).toBeCloseTo(milliseconds, 9);
});

test.each(['', '-1s', '1 s', 's', '1d', '1s2', 'soon', 'NaN', '1e3', '1741305600000', '1m-3s', '١s'])(
	'%j is no duration',
	text => {
		expect(readDurationMs(text)).toBeNull();
	},
);

test('all six headers are read', () => {
	expect(
		readRateHeaders({
			'x-ratelimit-limit-requests': '10000',
			'x-ratelimit-remaining-requests': '0',
			'x-ratelimit-reset-requests': '8.64s',
			'x-ratelimit-limit-tokens': ['200000', '1'],
			'x-ratelimit-remaining-tokens': '199500',
			'x-ratelimit-reset-tokens': '150ms',
		}),
	).toEqual({
		limitRequests: 10_000,
		remainingRequests: 0,
		resetRequestsMs: 8640,
		limitTokens: 200_000,
		remainingTokens: 199_500,
		resetTokensMs: 150,
	});
});

test.each(['0', '-1', 'unlimited', '', '1.5'])(
	'a limit of %j says nothing, nor does what comes with it',
	limit => {
		expect(
			readRateHeaders({
				'x-ratelimit-limit-requests': limit,
				'x-ratelimit-remaining-requests': '0',
				'x-ratelimit-reset-requests': '1h',
			}),
		).toBeNull();
	},
);

test('what cannot be read is unknown and leaves the rest', () => {
	expect(
		readRateHeaders({
			'x-ratelimit-remaining-tokens': '-3',
			'x-ratelimit-reset-tokens': 'tomorrow',
			'x-ratelimit-limit-requests': '60',
			'content-type': 'text/plain',
		}),
	).toEqual({
		limitRequests: 60,
		remainingRequests: null,
		resetRequestsMs: null,
		limitTokens: null,
		remainingTokens: null,
		resetTokensMs: null,
	});
	expect(readRateHeaders({})).toBeNull();
});
