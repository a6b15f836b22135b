import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {statusCode} from '../../source/domain/state.ts';
import {answered, createFixture, finish} from './engine-fixture.ts';

describe('a resumed run', () => {
	test('keeps to its requests per minute over the restart', async () => {
		const indexes = [0, 1, 2, 3, 4, 5];
		const fixture = createFixture({
			count: 12,
			rate: {rpm: 6},
			earlier: [
				{type: 'attempt-started', at: 990_000, queue: 0, indexes},
				{
					type: 'attempts-lost',
					at: 999_000,
					indexes,
					reason: 'killed',
					maybeBilledPico: 0,
					maybeBilledCalls: 6,
				},
			],
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.calls[0]!.at).toBeGreaterThanOrEqual(1_050_000);
	});

	test('keeps to its tokens per minute over the restart', async () => {
		const fixture = createFixture({
			count: 4,
			rate: {tpm: 100},
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await fixture.clock.runUntil(() => fixture.state.totals.status[statusCode.done] === 3);
		const events = fixture.events.filter(
			({type}) => type === 'attempt-started' || type === 'attempt-answered',
		);
		const resumed = createFixture({
			count: 4,
			rate: {tpm: 100},
			earlier: events.slice(0, 4).map(event => ({...event, at: 999_000, startedAt: 999_000}) as RunEvent),
			script: () => ({
				afterMs: 100,
				outcome: answered('yes', {usage: {prompt_tokens: 80, completion_tokens: 5}}),
			}),
		});
		await finish(resumed);
		const [first, second] = resumed.calls;
		// Of the last minute's 100 the two answers used 15 each; the first call's worst case still fits, the next waits.
		expect(first!.at).toBe(1_000_000);
		expect(second!.at).toBeGreaterThanOrEqual(1_059_000);
	});

	test('waits out a hint of the server that an earlier session got', async () => {
		const fixture = createFixture({
			count: 2,
			earlier: [
				{type: 'attempt-started', at: 990_000, queue: 0, indexes: [0]},
				{
					type: 'attempt-failed',
					at: 991_000,
					index: 0,
					lane: 'direct',
					startedAt: 990_000,
					failure: {kind: 'rate_limit', status: 429, code: null, message: ''},
					requestId: null,
					sequel: 'wait',
					retryAt: 1_030_000,
					hinted: true,
					usage: null,
					costPico: null,
					maybeBilled: false,
					maybeBilledPico: 0,
					maybeBilledTokens: 0,
					batchId: null,
					previous: -1,
					raw: null,
				},
			],
			script: () => ({afterMs: 100, outcome: answered()}),
		});
		await finish(fixture);
		expect(fixture.calls.map(({at}) => at)).toEqual([1_030_000, 1_030_000]);
	});
});
