import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {collectBatch} from '../../source/engine/collect-batch.ts';
import {createCollection} from '../../source/engine/collection.ts';
import {shardCut, submitted, updated} from '../domain/batch-fixture.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	sessionStarted,
	start,
	started,
	testPrice,
} from '../domain/run-fixture.ts';
import {createCollectFixture, ok, okLines} from './collect-fixture.ts';
import {readLine} from './fake-batch-lines.ts';

const usage = {input: 10, cached: 0, output: 5};
/** What such an answer costs, by batch and direct. */
const [byBatch, direct] = [37_500_000n, 75_000_000n];
const ofBatch = {lane: 'batch', batchId: 'batch_1', usage, costPico: Number(byBatch)} as const;
const expired = {
	...ofBatch,
	usage: null,
	costPico: null,
	sequel: 'requeue',
	failure: failure('expired'),
} as const;

/** Pulled: 0 and 1 are done by batch, 2 is done direct by now, 3 is in flight, 4 is queued. */
const pulled: readonly RunEvent[] = [
	created(5),
	sessionStarted(),
	shardCut(1, [0, 1, 2, 3, 4]),
	...submitted(1),
	{type: 'batch-cancel-asked', at: start, shard: 1, pullsTail: true},
	{type: 'batch-cancelling', at: start, shard: 1},
	updated(1, 'cancelled'),
	answered(0, ofBatch),
	answered(1, ofBatch),
	failed(2, expired),
	failed(3, expired),
	failed(4, expired),
	started([2, 3]),
	answered(2, {usage, costPico: Number(direct), previous: 11}),
];

test('an answer that comes late is paid for, and changes no result', async () => {
	const fixture = createCollectFixture({history: pulled, output: okLines(5)});
	const {state} = fixture.run;
	const before = [...state.columns.offset];
	expect(state.pulled).toEqual(new Set([3, 4]));
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.words()).toEqual(['done', 'done', 'done', 'in-flight', 'queued']);
	expect([...state.columns.offset]).toEqual(before);
	expect(state.totals.done).toEqual({direct: 1, batch: 2});
	expect(state.totals.cost).toEqual({direct, batch: 5n * byBatch});
	expect(state.queues[0]!.cost).toEqual(state.totals.cost);
	expect(state.totals.duplicates).toBe(3);
	expect(fixture.batch().used.pico).toBe(Number(5n * byBatch));
	expect(fixture.events.at(-2)).toMatchObject({type: 'batch-collected', outcomes: {done: 2, expired: 3}});
});

test('read again after a kill at any fact, no answer is paid for twice', async () => {
	const whole = createCollectFixture({history: pulled, output: okLines(5)});
	await whole.finish(collectBatch(whole.batch(), whole.lane, new AbortController().signal));
	const facts = whole.events.findIndex(({type}) => type === 'batch-collected');
	for (let killedAt = 0; killedAt <= facts; killedAt++) {
		const history = [...pulled, ...whole.events.slice(0, killedAt)];
		const again = createCollectFixture({history, output: okLines(5)});
		await again.finish(collectBatch(again.batch(), again.lane, new AbortController().signal));
		expect(again.run.state.totals).toEqual(whole.run.state.totals);
		expect(again.run.state.columns).toEqual(whole.run.state.columns);
		expect(again.events.find(({type}) => type === 'batch-collected')).toMatchObject({
			outcomes: {done: 2, expired: 3},
		});
	}
});

test('a batch that gave its requests back while it ran is paid for, whatever they came to', async () => {
	const wiped = {failedKinds: {}, failedByQueue: [0], indexes: [[0, 3]] as const};
	const fixture = createCollectFixture({
		history: [
			created(3),
			sessionStarted(),
			shardCut(1, [0, 1, 2]),
			...submitted(1),
			{type: 'requests-wiped', at: start, what: 'unfinished', ...wiped},
			updated(1, 'completed'),
			started([0]),
			answered(0, {usage, costPico: Number(direct)}),
			shardCut(2, [1]),
		],
		output: okLines(3),
	});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.words()).toEqual(['done', 'batched', 'queued']);
	expect(fixture.run.state.totals.cost).toEqual({direct, batch: 3n * byBatch});
	expect(fixture.run.state.totals.duplicates).toBe(3);
});

test('an answer that was paid for and could not be used is none of these', async () => {
	const unusable = {...ofBatch, sequel: 'requeue', failure: failure('schema')} as const;
	const fixture = createCollectFixture({
		history: [
			created(1),
			sessionStarted(),
			shardCut(1, [0]),
			...submitted(1),
			updated(1, 'completed'),
			failed(0, unusable),
			started([0]),
			answered(0, {usage, costPico: Number(direct), previous: 7}),
		],
		output: [ok(0)],
	});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.run.state.totals.cost).toEqual({direct, batch: byBatch});
	expect(fixture.run.state.totals.duplicates).toBe(0);
});

test('one that a person gave up, and a changed spec moved, is not paid for twice when the file is read again', async () => {
	const unusable = {...ofBatch, sequel: 'retry', failure: failure('schema')} as const;
	const queues = [queueInfo('gpt-4o-mini')];
	const fixture = createCollectFixture({
		history: [
			created(3),
			sessionStarted(),
			shardCut(1, [0, 1, 2]),
			...submitted(1),
			updated(1, 'completed'),
			failed(1, unusable),
			failed(2, unusable),
			{type: 'requests-given-up', at: start, indexes: [1, 2], previous: [6, 7], failedByQueue: [2]},
			// The first leaves the spec.
			{
				type: 'spec-changed',
				at: start,
				specDigest: 'other',
				epoch: 2,
				count: 2,
				queues,
				kept: [[0, 1, 2]],
				failedKinds: {cancelled: 2},
			},
		],
		output: okLines(3),
	});
	await fixture.finish(collectBatch(fixture.batch(), fixture.lane, new AbortController().signal));
	expect(fixture.run.state.totals.duplicates).toBe(0);
	// Two that could not be used, and one of a request that is not there any more.
	expect(fixture.run.state.totals.cost.batch).toBe(3n * byBatch);
});

test.each([
	['in a batch still', []],
	['on its way again', [failed(0, expired)]],
])(
	'an answer costs what the model of its batch costs, whatever model its request, %s, has by now',
	async (_, since) => {
		const dear = {...testPrice, batch: testPrice.direct};
		const fixture = createCollectFixture({
			history: [
				created(1, [queueInfo('gpt-4o-mini'), queueInfo('dear')]),
				sessionStarted([testPrice, dear]),
				shardCut(1, [0]),
				...submitted(1),
				updated(1, 'completed'),
				...since,
			],
			output: okLines(1),
		});
		const {source} = fixture.lane;
		const moved = {...source, expand: (index: number) => ({...source.expand(index), queue: 1})};
		const lane = {...fixture.lane, source: moved};
		await fixture.finish(collectBatch(fixture.batch(), lane, new AbortController().signal));
		expect(fixture.run.state.totals.cost.batch).toBe(byBatch);
	},
);

test('a line that is read again belongs to no request that a later shard took meanwhile', async () => {
	const fixture = createCollectFixture({
		history: [
			created(2, [queueInfo('gpt-4o-mini'), queueInfo('other')]),
			sessionStarted([testPrice, testPrice]),
			shardCut(1, [0, 1]),
			...submitted(1),
			updated(1, 'completed'),
			failed(0, {...ofBatch, sequel: 'requeue', failure: failure('schema')}),
		],
	});
	const collection = createCollection(fixture.batch(), fixture.lane, new AbortController().signal);
	// Its model was changed: the queue in which results come in is cut for no more, but that one is.
	fixture.run.take(shardCut(2, [0], {queue: 1}));
	await collection.take([ok(0), ok(1)].map(readLine));
	expect(fixture.words()).toEqual(['batched', 'done']);
	expect(fixture.run.state.totals.cost.batch).toBe(2n * byBatch);
});
