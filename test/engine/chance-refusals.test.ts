import {describe, expect, test} from 'vitest';
import {seededRandom} from '../seeded-random.ts';
import {answered, createFixture, failed} from './engine-fixture.ts';
import {type Limiter, tokenBucket} from './rate-server.ts';

const always: Limiter = () => true;

/** How many calls a server answers in so long, that refuses this part of all calls by chance, and by its limit. */
async function answeredBy(
	share: number,
	{adaptive = true, durationMs = 30_000, seed = 1, limiter = always} = {},
) {
	const random = seededRandom(seed);
	const chance = seededRandom(seed + 1);
	let isIn = 0;
	let refused = 0;
	const fixture = createFixture({
		count: 100_000,
		rate: {adaptive, concurrency: 32},
		script(_call, _attempt, now) {
			if (chance() >= share && limiter(now)) {
				isIn++;
				return {afterMs: 100 + 200 * random(), outcome: answered()};
			}

			refused++;
			return {afterMs: 15 + 10 * random(), outcome: failed('rate_limit', 429)};
		},
	});
	const endsAt = fixture.clock.now() + durationMs;
	await fixture.clock.runUntil(() => fixture.clock.now() >= endsAt, durationMs + 60_000);
	fixture.engine.forsake();
	return {isIn, refused};
}

describe('a server that refuses by chance, however slowly calls come', () => {
	test.each([0.005, 0.01, 0.05, 0.2])(
		'share %s: the run is about as fast as without adapting',
		async share => {
			const plain = await answeredBy(share, {adaptive: false});
			const adapted = await answeredBy(share);
			expect(adapted.isIn).toBeGreaterThanOrEqual(0.7 * plain.isIn);
		},
		60_000,
	);
});

test('a limit is no chance, though it refuses but a third: it is not run against', async () => {
	// 32 at once of 200 ms on average are 160 a second.
	const {isIn, refused} = await answeredBy(0, {limiter: tokenBucket(6000, 10), durationMs: 60_000});
	expect(refused / (isIn + refused)).toBeLessThan(0.03);
	expect(isIn).toBeGreaterThanOrEqual(0.85 * 6000);
}, 60_000);
