import {describe, expect, test} from 'vitest';
import {tokenLimitIn} from '../../source/engine/poll-batch.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {apiFailure} from './fake-batch-transport.ts';

function pollsOf({api}: ReturnType<typeof createBatchFixture>): readonly number[] {
	return api.log.filter(({operation}) => operation === 'retrieve').map(({at}) => at);
}

describe('polls', () => {
	test('begin at poll_s and grow to a minute while nothing changes', async () => {
		const fixture = createBatchFixture({count: 150, api: {runMs: 900_000}, batch: {pollMs: 5000}});
		await finish(fixture);
		const polls = pollsOf(fixture);
		const gaps = polls.slice(1).map((at, poll) => at - polls[poll]!);
		expect(gaps[0]).toBeLessThan(8000);
		expect(Math.max(...gaps)).toBeLessThanOrEqual(60_002);
		expect(gaps.at(-1)).toBeGreaterThan(59_000);
		expect(polls.length).toBeLessThan(30);
	});

	test('that fail back off and never end the run', async () => {
		const fixture = createBatchFixture({
			count: 150,
			api: {
				fault: (operation, nth) =>
					operation === 'retrieve' && nth <= 40 ? {failure: apiFailure('network', null)} : null,
			},
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const polls = pollsOf(fixture).slice(0, 40);
		expect(polls.at(-1)! - polls[0]!).toBeGreaterThan(30 * 30_000);
		expect(fixture.state.totals.done.batch).toBe(150);
	});

	test('that do not know the batch three times in a row mean that it vanished; fewer do not', async () => {
		const gone = (times: number) =>
			createBatchFixture({
				count: 150,
				api: {
					fault: (operation, nth) =>
						operation === 'retrieve' && nth <= times ? {failure: apiFailure('not_found', 404)} : null,
				},
			});
		const twice = gone(2);
		expect(await finish(twice)).toEqual({reason: 'done'});
		const often = gone(99);
		expect(await finish(often)).toMatchObject({reason: 'stuck', why: expect.stringMatching(/does not know/)});
		expect(pollsOf(often)).toHaveLength(3);
		expect(often.events).toContainEqual(
			expect.objectContaining({
				type: 'batch-rejected',
				failure: expect.objectContaining({kind: 'not_found'}),
			}),
		);
	});

	test('wait as long as the server asks', async () => {
		const fixture = createBatchFixture({
			count: 150,
			api: {
				fault: (operation, nth) =>
					operation === 'retrieve' && nth === 1
						? {failure: apiFailure('rate_limit', 429), hintMs: 100_000}
						: null,
			},
		});
		await finish(fixture);
		const [first, second] = pollsOf(fixture);
		expect(second! - first!).toBeGreaterThanOrEqual(100_000);
	});
});

test.each([2, 99])(
	'a file of answers that is late by %i polls is waited for, three polls long: they are paid for',
	async late => {
		const fixture = createBatchFixture({count: 150});
		const {retrieve} = fixture.api;
		let looks = 0;
		Object.assign(fixture.api, {
			async retrieve(...asked: Parameters<typeof retrieve>) {
				const reply = await retrieve(...asked);
				const isBare = reply.ok && reply.value.status === 'completed' && ++looks <= late;
				return isBare ? {...reply, value: {...reply.value, outputFileId: null}} : reply;
			},
		});
		await finish(fixture);
		const missing = fixture.events.filter(
			event => event.type === 'attempt-failed' && event.failure.kind === 'missing',
		);
		expect(missing.length > 0).toBe(late > 3);
		expect(fixture.state.totals.done.batch).toBe(late > 3 ? 0 : 150);
	},
);

describe('an enqueued-token limit', () => {
	test.each([
		['Enqueued token limit reached for m. Limit: 90,000 enqueued tokens. Please try again', 90_000],
		['Limit: 2_000_000 enqueued tokens', 2_000_000],
		['limit 5000 enqueued tokens', 5000],
		['Enqueued token limit reached', null],
		['Limit: many enqueued tokens', null],
	])('is read from “%s”', (message, limit) => {
		expect(tokenLimitIn(message)).toBe(limit);
	});
});
