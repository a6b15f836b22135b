import {describe, expect, test} from 'vitest';
import {readRetryHintMs} from '../../source/api/retry-hint.ts';
import {answered, createFixture, failed, finish} from './engine-fixture.ts';

const sentAt = 1_000_000;
const httpDate = (at: number) => new Date(at).toUTCString();

/** The wait between a refusal with these headers and the next call. */
async function waitAfter(headers: {readonly [name: string]: string}): Promise<number> {
	const hintMs = readRetryHintMs(headers, sentAt);
	const fixture = createFixture({
		count: 3,
		rate: {concurrency: 1, adaptive: false},
		script: (_, attempt, now) => ({
			afterMs: 0,
			outcome:
				attempt === 1 && now < sentAt + 5
					? failed('rate_limit', 429, hintMs === null ? {} : {hintMs})
					: answered(),
		}),
	});
	expect(await finish(fixture)).toEqual({reason: 'done'});
	const [first, second] = fixture.calls;
	expect(fixture.state.totals.failed.size).toBe(0);
	expect(fixture.state.columns.retries[first!.index], 'a wait is no retry').toBe(0);
	return second!.at - first!.at;
}

describe('fault 19: a 429 is waited for as long as the server asks', () => {
	test.each([
		['Retry-After: 120', {'retry-after': '120'}, 120_000],
		['retry-after-ms: 4500', {'retry-after-ms': '4500', 'retry-after': '1'}, 4500],
		['an HTTP date', {'retry-after': httpDate(sentAt + 120_000), date: httpDate(sentAt)}, 120_000],
		[
			'a date by a clock that is an hour ahead',
			{'retry-after': httpDate(sentAt + 3_600_000 + 30_000), date: httpDate(sentAt + 3_600_000)},
			30_000,
		],
	])('%s', async (_, headers, askedMs) => {
		const waitedMs = await waitAfter(headers);
		expect(waitedMs).toBeGreaterThanOrEqual(askedMs);
		expect(waitedMs).toBeLessThanOrEqual(askedMs * 1.2);
	});

	test.each(['soon', '-1', '2026-11-20', '1e99'])('garbage (%s): a backoff of our own', async text => {
		// The other requests of the queue may go at once; that one backs off for half of a second.
		expect(await waitAfter({'retry-after': text})).toBeLessThanOrEqual(1000);
	});
});
