import {expect, test} from 'vitest';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {errorLine, type InputLine, okLine} from './fake-batch-lines.ts';
import type {FakeEnd} from './fake-batch-transport.ts';

const asking = opinionsAsking({min: 3, max: 5, confidence: 0.78, label: null, clear: null});

/** What request after request is answered, round by round; `4` is an error for good. */
const texts = ['aaa', 'aabab', '4aaa', 'aaa', 'ab4ba', 'aaa'];
const calls = texts.reduce((sum, {length}) => sum + length, 0);

/** Answers a line by how often its request stood in the batches before. */
function scriptedEnd(): (lines: readonly InputLine[], nth: number) => FakeEnd {
	const asked = new Map<number, number>();
	return lines => {
		const output: string[] = [];
		const errors: string[] = [];
		for (const line of lines) {
			const index = line.body.index as number;
			const round = asked.get(index) ?? 0;
			asked.set(index, round + 1);
			const text = texts[index]![round] ?? '-';
			if (text === '4') {
				errors.push(errorLine(line, 'bad', 400));
			} else {
				output.push(okLine(line, text));
			}
		}

		return {output: output.reverse(), errors};
	};
}

function sumsOf({state}: BatchFixture) {
	const {attempts, started, rounds, done, duplicates, tokens} = state.totals;
	return {
		attempts,
		started,
		rounds,
		done: done.batch,
		duplicates,
		input: tokens.input,
		left: state.rounds.size,
	};
}

const expected = {
	attempts: calls,
	started: texts.length,
	rounds: calls - texts.length,
	done: texts.length,
	duplicates: 0,
	// The two that failed told no usage.
	input: (calls - 2) * 10,
	left: 0,
};

test('opinions go round by round through batches', async () => {
	const fixture = createBatchFixture({count: texts.length, asking, api: {end: scriptedEnd()}});
	expect(await finish(fixture)).toEqual({reason: 'done'});
	expect(sumsOf(fixture)).toEqual(expected);
	expect(fixture.state.totals.batches.collected).toBe(5);
});

test('killed after any fact, each round is still paid once', async () => {
	const whole = createBatchFixture({count: texts.length, asking, api: {end: scriptedEnd()}});
	await finish(whole);
	for (let kill = 3; kill < whole.events.length; kill += 2) {
		const first = createBatchFixture({
			count: texts.length,
			asking,
			api: {end: scriptedEnd()},
			killAfter: (_, nth) => nth === kill,
		});
		await first.clock.runUntil(() => first.isKilled());
		const second = createBatchFixture({count: texts.length, asking, after: first});
		expect(await finish(second)).toEqual({reason: 'done'});
		expect(sumsOf(second), `killed after fact ${kill}`).toEqual(expected);
	}
});
