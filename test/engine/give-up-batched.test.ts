import {describe, expect, test} from 'vitest';
import {statusCode} from '../../source/domain/state.ts';
import {type BatchFixture, type BatchFixtureOptions, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {errorLine, okLine} from './fake-batch-lines.ts';
import {apiFailure} from './fake-batch-transport.ts';
import {pass, statusOf} from './triage-fixture.ts';

const options = {count: 150, leaveWhenStuck: false};

/** A batch is out, and a person gives up its requests 3 and 4. */
async function givenUp(more: Partial<BatchFixtureOptions>): Promise<BatchFixture> {
	const fixture = createBatchFixture({...options, ...more});
	await fixture.clock.runUntil(() => fixture.state.batches.get(1)?.step === 'submitted');
	fixture.engine.send({type: 'give-up', indexes: [3, 4]});
	return fixture;
}

function sentOf({api}: BatchFixture): readonly unknown[] {
	return [...api.batches.values()].flatMap(({lines}) => lines.map(({body}) => body.index));
}

describe('a batched request that was given up', () => {
	test('keeps the answer that its batch has for it: it is paid for', async () => {
		const fixture = await givenUp({});
		expect(statusOf(fixture, 3)).toBe('batched');
		expect([...fixture.state.unwanted]).toEqual([3, 4]);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.done.batch).toBe(150);
		expect(fixture.state.unwanted.size).toBe(0);
		expect(fixture.events.some(({type}) => type === 'requests-given-up')).toBe(false);
	});

	test.each<[string, NonNullable<BatchFixtureOptions['api']>['end']]>([
		[
			'expires before it ran',
			lines => ({
				status: 'expired',
				output: lines.slice(0, 3).map(line => okLine(line)),
			}),
		],
		[
			'leaves it out',
			lines => ({output: lines.filter((_, at) => at !== 3 && at !== 4).map(line => okLine(line))}),
		],
		[
			'has an error for it',
			lines => ({
				output: lines.filter((_, at) => at !== 3 && at !== 4).map(line => okLine(line)),
				errors: lines.slice(3, 5).map(line => errorLine(line, 'server_error', 500)),
			}),
		],
	])('fails when its batch %s, and is in no other', async (_, end) => {
		const fixture = await givenUp({
			api: {end: (lines, nth, batch) => (nth === 1 ? end!(lines, nth, batch) : {})},
		});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.failed).toEqual(new Map([['cancelled', 2]]));
		expect(fixture.state.totals.status[statusCode.done]).toBe(148);
		expect(sentOf(fixture).filter(index => index === 3 || index === 4)).toHaveLength(2);
		expect(fixture.calls.map(({index}) => index).filter(index => index === 3 || index === 4)).toEqual([]);
	});

	test('fails when its batch is given back, also while another shard is being cut', async () => {
		const fixture = createBatchFixture({
			...options,
			count: 600,
			batch: {maxRequests: 200, minRequests: 20},
			remote: {maxBatches: 1},
		});
		await fixture.clock.runUntil(() => fixture.state.batches.size === 3);
		const unwanted = Array.from({length: 300}, (_, step) => step * 2);
		fixture.engine.send({type: 'give-up', indexes: unwanted});
		fixture.engine.send({type: 'cancel-batches'});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const {failed, done} = fixture.state.totals;
		const sent = new Map<unknown, number>();
		for (const index of sentOf(fixture)) {
			sent.set(index, (sent.get(index) ?? 0) + 1);
		}

		// What the first batch answered is kept.
		expect((failed.get('cancelled') ?? 0) + done.batch + done.direct).toBe(600);
		expect(failed.get('cancelled')).toBeGreaterThanOrEqual(200);
		for (const index of unwanted) {
			expect(sent.get(index) ?? 0, String(index)).toBeLessThanOrEqual(1);
		}
	});

	test.each(['requests-unwanted', 'attempt-failed', 'batch-collected'] as const)(
		'killed after %s: the next session gives it up before it is cut again',
		async last => {
			const expired: BatchFixtureOptions['api'] = {
				end: (lines, nth) =>
					nth === 1 ? {status: 'expired', output: lines.slice(0, 3).map(line => okLine(line))} : {},
			};
			const first = createBatchFixture({
				...options,
				api: expired,
				killAfter: event => event.type === last && (!('index' in event) || event.index === 4),
			});
			await first.clock.runUntil(() => first.state.batches.get(1)?.step === 'submitted');
			first.engine.send({type: 'give-up', indexes: [3, 4]});
			if (!first.isKilled()) {
				await first.clock.runUntil(() => first.isKilled());
			}

			const next = createBatchFixture({...options, after: first});
			expect(await finish(next)).toEqual({reason: 'done'});
			expect(next.state.totals.failed).toEqual(new Map([['cancelled', 2]]));
			expect(sentOf(next).filter(index => index === 3 || index === 4)).toHaveLength(2);
		},
	);

	test('is wanted again after an undo: it goes again when its batch has no answer for it', async () => {
		const fixture = await givenUp({
			api: {
				end: (lines, nth) =>
					nth === 1 ? {status: 'expired', output: lines.slice(0, 3).map(line => okLine(line))} : {},
			},
		});
		expect(fixture.engine.status().undo).toMatchObject({what: 'give-up', count: 2});
		fixture.engine.send({type: 'undo'});
		expect(fixture.events.at(-1)).toMatchObject({
			type: 'requests-restored',
			of: 2,
			indexes: [],
			wanted: [[3, 2]],
		});
		expect(fixture.state.unwanted.size).toBe(0);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals.status[statusCode.done]).toBe(150);
	});

	test('is not sent while nobody knows whether its batch was made, and fails when it was not', async () => {
		const fixture = createBatchFixture({
			...options,
			api: {
				fault: (operation, nth) =>
					operation === 'create' && nth === 1
						? {failure: apiFailure('server', 502), maybeDone: true, done: false, afterMs: 500}
						: null,
			},
		});
		await fixture.clock.runUntil(() => fixture.api.count('create') === 1);
		fixture.engine.send({type: 'give-up', indexes: [3, 4]});
		fixture.engine.send({type: 'force-direct', isOn: true});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(fixture.state.totals).toMatchObject({
			failed: new Map([['cancelled', 2]]),
			done: {direct: 148, batch: 0},
		});
		expect(fixture.calls.map(({index}) => index)).not.toContain(3);
	});
});

test('a request that is taken into a file and given up meanwhile is in no batch', async () => {
	for (let delayMs = 0; delayMs < 6; delayMs++) {
		const fixture = createBatchFixture({...options, batch: {minRequests: 10}});
		await pass(fixture, delayMs);
		const before = [...fixture.state.columns.status].map(code => code === statusCode.queued);
		fixture.engine.send({type: 'give-up', indexes: [7]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		const sent = sentOf(fixture).filter(index => index === 7);
		expect(sent).toHaveLength(before[7] ? 0 : 1);
	}
});
