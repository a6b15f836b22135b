import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import type {Sharing} from '../../source/domain/sharing.ts';
import {collectBatch} from '../../source/engine/collect-batch.ts';
import {shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {answered, created, queueInfo, sessionStarted, start} from '../domain/run-fixture.ts';
import {createCollectFixture} from './collect-fixture.ts';

/** Gives the choice at a place to the member at that place. */
const byPlace: Sharing = {
	keyOf: () => 'k',
	begin: () => ({add: () => true}),
	bodyOf: members => ({members: members.length}),
	split: (members, body) =>
		members.map((_, place) => ({
			kind: 'answered',
			body: {choices: [(body.choices as readonly unknown[])[place]]},
		})),
};

const line = (position: number, texts: readonly string[]) =>
	JSON.stringify({
		custom_id: `1-${position}`,
		response: {
			status_code: 200,
			body: {
				choices: texts.map(content => ({message: {content}, finish_reason: 'stop'})),
				usage: {prompt_tokens: 100, completion_tokens: 10},
			},
		},
		error: null,
	});

/** Two lines of two requests each, and what came of them before the batch ended. */
function collectAfter(between: readonly RunEvent[]) {
	return createCollectFixture({
		sharing: byPlace,
		output: [line(0, ['a', 'b']), line(1, ['c', 'd'])],
		history: [
			created(4),
			sessionStarted(),
			{...shardCut(1, [0, 1, 2, 3]), count: 2, sizes: [2, 2]} as RunEvent,
			...submitted(1),
			updated(1, 'completed', {outputFileId: 'file-out-1'}),
			...between,
		],
	});
}

async function answersAfter(between: readonly RunEvent[]) {
	const fixture = collectAfter(between);
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	const texts = fixture.events.flatMap(event =>
		event.type === 'attempt-answered'
			? [[event.index, JSON.parse(event.raw).choices[0].message.content, event.usage.input]]
			: [],
	);
	return {texts, fixture, totals: fixture.run.state.totals};
}

test('each request gets its part, the first the usage', async () => {
	const {texts, totals} = await answersAfter([]);
	expect(texts).toEqual([
		[0, 'a', 100],
		[1, 'b', 0],
		[2, 'c', 100],
		[3, 'd', 0],
	]);
	expect(totals).toMatchObject({calls: 2, attempts: 4});
});

test('whoever left the spec keeps its place, and what the others pay for is paid for once', async () => {
	const changed: RunEvent = {
		type: 'spec-changed',
		at: start,
		specDigest: 'd2',
		epoch: 2,
		count: 2,
		queues: [queueInfo('gpt-4o-mini')],
		kept: [[0, 1, 2]],
		failedKinds: {},
	};
	// Requests 1 and 2 are kept, as 0 and 1: one of each line.
	const {texts, totals} = await answersAfter([changed]);
	expect(texts).toEqual([
		[0, 'b', 100],
		[1, 'c', 100],
	]);
	expect(totals.tokens.input).toBe(200);
	expect(totals.aside.orphans).toBe(0);
});

test('a line of which a part is on record is not paid for again', async () => {
	const known = answered(0, {
		lane: 'batch',
		batchId: 'batch_1',
		usage: {input: 100, cached: 0, output: 10},
		costPico: 5,
		call: {id: '1-0', size: 2, position: 0},
	});
	const {texts, totals} = await answersAfter([known]);
	expect(texts).toEqual([
		[1, 'b', 0],
		[2, 'c', 100],
		[3, 'd', 0],
	]);
	expect(totals.tokens.input).toBe(200);
	expect(totals.calls).toBe(2);
});

test('an answer whose requests all went on without it is counted once', async () => {
	const given = (indexes: readonly number[]): RunEvent =>
		({
			type: 'requests-given-up',
			at: start,
			indexes,
			previous: indexes.map(() => -1),
			failedByQueue: [indexes.length],
		}) as unknown as RunEvent;
	const {texts, fixture, totals} = await answersAfter([given([0, 1])]);
	expect(texts.map(([index]) => index)).toEqual([2, 3]);
	expect(fixture.events.filter(({type}) => type === 'duplicate-answered')).toMatchObject([
		{index: 0, usage: {input: 100}, line: {shard: 1, position: 0}},
	]);
	expect(totals.tokens.input).toBe(200);
});
