import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {collectBatch} from '../../source/engine/collect-batch.ts';
import {shardCut} from '../domain/batch-fixture.ts';
import {start} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {
	type CollectFixture,
	type CollectFixtureOptions,
	createCollectFixture,
	ok,
} from './collect-fixture.ts';
import {errorLine} from './fake-batch-lines.ts';

const seed = testSeed('collect-kill');

/** Files with every kind of line, in random order. */
function randomEnd(random: () => number): CollectFixtureOptions {
	const count = 1 + Math.floor(random() * 12);
	const output: string[] = [];
	const errors: string[] = [];
	for (let position = 0; position < count; position++) {
		const dice = random();
		const fail = (code: string, status = 0) =>
			errors.push(errorLine({custom_id: `1-${position}`}, code, status));
		if (dice < 0.6) {
			output.push(ok(position));
		} else if (dice < 0.7) {
			fail('server_error', 500);
		} else if (dice < 0.8) {
			fail('bad', 400);
		} else if (dice < 0.9) {
			fail('batch_expired');
		}

		if (random() < 0.1) {
			output.push(ok(position), 'garbled', ok(position, 2));
		}
	}

	const shuffled = output.map(line => ({line, key: random()})).sort((one, other) => one.key - other.key);
	const status = ['completed', 'expired', 'cancelled'][Math.floor(random() * 3)]!;
	return {count, status, output: shuffled.map(({line}) => line), errors};
}

async function collect(fixture: CollectFixture, signal = new AbortController().signal): Promise<void> {
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, signal));
}

function outcomeOf({run, words}: CollectFixture) {
	const {cost, tokens, attempts, failed, failedAttempts, done, aside} = run.state.totals;
	const perRequest = [...run.state.columns.attempts];
	return {words: words(), perRequest, cost, tokens, attempts, failed, failedAttempts, done, aside};
}

function collectedOf(events: readonly RunEvent[]) {
	const {outcomes, aside} = events.find(event => event.type === 'batch-collected')!;
	return {outcomes, aside};
}

test('fault 5: after a kill between any two facts of a collection each request has one outcome, paid once', async () => {
	const random = seededRandom(seed);
	for (let round = 0; round < 25; round++) {
		const end = randomEnd(random);
		const whole = createCollectFixture(end);
		await collect(whole);
		const facts = whole.events.findIndex(({type}) => type === 'batch-collected');
		for (let killedAt = 0; killedAt <= facts; killedAt++) {
			const again = createCollectFixture(end);
			again.run.take(...whole.events.slice(0, killedAt));
			await collect(again);
			expect(outcomeOf(again)).toEqual(outcomeOf(whole));
			expect(collectedOf(again.events)).toEqual(collectedOf(whole.events));
		}
	}
});

test('broken off between two slices, a collection is begun again and comes to the same', async () => {
	const random = seededRandom(seed + 1);
	for (let round = 0; round < 40; round++) {
		const end = randomEnd(random);
		const whole = createCollectFixture(end);
		await collect(whole);
		const controller = new AbortController();
		let left = Math.floor(random() * 3);
		const stopped = createCollectFixture({
			...end,
			onWritten() {
				if (left-- === 0) {
					controller.abort();
				}
			},
		});
		await collect(stopped, controller.signal);
		if (stopped.batch().step !== 'collected') {
			await collect(stopped);
		}

		expect(outcomeOf(stopped)).toEqual(outcomeOf(whole));
	}
});

test('a request that is in a later shard since the kill has no second outcome', async () => {
	const output = [ok(1), ok(0)];
	const errors = [2, 3].map(position => errorLine({custom_id: `1-${position}`}, 'batch_expired'));
	const whole = createCollectFixture({status: 'expired', output, errors});
	await collect(whole);
	const again = createCollectFixture({status: 'expired', output, errors});
	again.run.take(
		...whole.events.filter(({type}) => type === 'attempt-failed'),
		shardCut(2, [2, 3], {at: start}),
	);
	await collect(again);
	expect(again.words()).toEqual(['done', 'done', 'batched', 'batched']);
	expect(again.run.state.batches.get(2)).toMatchObject({step: 'cut', remaining: 2});
	expect([...again.run.state.columns.attempts]).toEqual([1, 1, 0, 0]);
});
