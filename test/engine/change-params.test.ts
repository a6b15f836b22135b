import {describe, expect, test} from 'vitest';
import type {AddedQueue, RunCommand} from '../../source/domain/command.ts';
import type {ParamChange} from '../../source/domain/param-change.ts';
import {statusCode} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {createBatchFixture} from './batch-fixture.ts';
import {answered, createFixture, type Fixture, failed, finish, price} from './engine-fixture.ts';
import {limitsOf, watchedRun} from './watched-run.ts';

const dear = {...price, direct: {input: 5_000_000, cachedInput: 5_000_000, output: 40_000_000}};

function big(hasBatch = false): AddedQueue {
	return {
		info: {key: 'openai/big', provider: 'openai', model: 'big'},
		price: dear,
		rules: {hasBatch, maxOutput: null},
	};
}

function change(
	indexes: readonly number[],
	body: ParamChange['body'],
	added: AddedQueue | null = null,
): RunCommand {
	const model = added?.info.model ?? null;
	return {type: 'change-params', indexes, change: {model, body}, queueKey: added?.info.key ?? null, added};
}

/** By request, the model and the allowance of its calls. */
function sent({calls}: Fixture): {readonly [index: number]: readonly string[]} {
	const found: {[index: number]: string[]} = {};
	for (const {index, call} of calls) {
		found[index] = [...(found[index] ?? []), `${call.model} ${call.body.max_tokens}`];
	}

	return found;
}

const slow = () => ({afterMs: 1000, outcome: answered()});

describe('changed parameters', () => {
	test('go out with the chosen requests and no others; what is in flight stays as it was sent', async () => {
		const fixture = createFixture({count: 6, rate: {concurrency: 2}, script: slow});
		await fixture.clock.runUntil(() => fixture.state.inFlight.size === 2);
		fixture.engine.send(change([1, 3, 4, 4], {max_tokens: 99}));
		expect(fixture.events.at(-1)).toMatchObject({type: 'params-changed', indexes: [[3, 2]]});
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(sent(fixture)).toEqual({
			0: ['m 10'],
			1: ['m 10'],
			2: ['m 10'],
			3: ['m 99'],
			4: ['m 99'],
			5: ['m 10'],
		});
	});

	test('change nothing where there is nothing to change', async () => {
		const fixture = createFixture({count: 2, script: slow});
		await fixture.clock.runUntil(() => fixture.state.inFlight.size === 2);
		fixture.engine.send(change([0, 1, 7, -1], {max_tokens: 99}));
		fixture.engine.send(change([], {max_tokens: 99}));
		fixture.engine.send({...change([0], {}, big()), queueKey: 'openai/none'} as RunCommand);
		expect(fixture.events.some(({type}) => type === 'params-changed' || type === 'queue-added')).toBe(false);
	});

	test('of a request that waits for room under a budget are counted anew', async () => {
		const fixture = createFixture({count: 3, rate: {tpm: 60, concurrency: 1}, script: slow});
		await fixture.clock.runUntil(() => fixture.state.totals.status[statusCode.done] === 2);
		fixture.engine.send(change([2], {max_tokens: 3}));
		await finish(fixture);
		expect(sent(fixture)[2]).toEqual(['m 3']);
		const starts = fixture.events.flatMap(event => (event.type === 'attempt-started' ? [event.tokens] : []));
		expect(starts.at(-1)).toBeLessThan(starts[0]!);
	});
});

describe('another model', () => {
	test('gets a queue of its own, which is priced, and takes its requests wherever the cursor is', async () => {
		const fixture = createFixture({
			count: 5,
			rate: {concurrency: 1},
			script: ({body}, attempt) =>
				body.index === 0 && attempt === 1
					? {afterMs: 10, outcome: failed('server', 503)}
					: {afterMs: 1000, outcome: answered()},
		});
		await fixture.clock.runUntil(() => fixture.state.waiting.size === 1);
		fixture.engine.send(change([0, 4], {}, big()));
		fixture.engine.send(change([3], {max_tokens: 5}, big()));
		expect(fixture.state.queues.map(({info}) => info.model)).toEqual(['m', 'big']);
		expect(await finish(fixture)).toEqual({reason: 'done'});
		expect(sent(fixture)).toEqual({
			0: ['m 10', 'big 10'],
			1: ['m 10'],
			2: ['m 10'],
			3: ['big 5'],
			4: ['big 10'],
		});
		const [own, other] = fixture.state.queues;
		expect([own!.done, other!.done]).toEqual([2, 3]);
		expect(other!.cost.direct).toBe(3n * (10n * 5_000_000n + 5n * 40_000_000n));
		expect(fixture.engine.status().rates.map(({queue}) => queue)).toEqual(['openai/m', 'openai/big']);
	});

	test('is held by itself: the others go on', async () => {
		const fixture = createFixture({
			count: 6,
			rate: {concurrency: 1},
			script: ({model}) => ({
				afterMs: 100,
				outcome: model === 'big' ? failed('not_found', 404) : answered(),
			}),
		});
		await fixture.clock.runUntil(() => fixture.state.inFlight.size === 1);
		fixture.engine.send(change([2, 3], {}, big()));
		const end = await finish(fixture);
		expect(end.reason).toBe('stuck');
		expect(end.reason === 'stuck' && end.why).toContain('openai/big is held');
		expect(fixture.state.queues.map(({access, done}) => [access, done])).toEqual([
			['open', 4],
			['held', 0],
		]);
		// What is held may go back.
		expect(fixture.state.totals.status[statusCode.queued]).toBe(2);
	});

	test('is gone on with by the next session', async () => {
		const first = createFixture({count: 6, rate: {concurrency: 1}, script: slow});
		await first.clock.runUntil(() => first.state.inFlight.size === 1);
		first.engine.send(change([2, 5], {max_tokens: 77}, big()));
		first.engine.send({type: 'drain', patienceMs: null, cause: 'quit'});
		await finish(first);
		const next = createFixture({
			count: 6,
			earlier: first.events,
			clock: first.clock,
			script: slow,
			prices: [price, dear],
		});
		expect(await finish(next)).toEqual({reason: 'done'});
		expect({...sent(first), ...sent(next)}).toEqual({
			0: ['m 10'],
			1: ['m 10'],
			2: ['big 77'],
			3: ['m 10'],
			4: ['m 10'],
			5: ['big 77'],
		});
		expect(next.state.queues[1]!.cost.direct).toBeGreaterThan(0n);
	});

	test('of requests that are on their way into a batch file: the file is given up and cut anew', async () => {
		const fixture = createBatchFixture({count: 300, batch: {minRequests: 5}});
		const {begin} = fixture.files;
		let lines = 0;
		Object.assign(fixture.files, {
			begin(shard: number) {
				const writer = begin(shard);
				const append = (text: string) => {
					writer.append(text);
					if (++lines === 20) {
						fixture.engine.send(change([3], {max_tokens: 99}));
						fixture.engine.send(change([5, 280], {max_tokens: 7}, big(true)));
					}
				};
				return {...writer, append};
			},
		});
		expect(await finish(fixture, 1e9)).toEqual({reason: 'done'});
		const cuts = fixture.events.flatMap(event => (event.type === 'shard-cut' ? [event] : []));
		expect(cuts.map(({queue, count}) => [queue, count])).toEqual(
			expect.arrayContaining([
				[0, 298],
				[1, 2],
			]),
		);
		const sentLines = [...fixture.api.batches.values()].flatMap(batch => batch.lines);
		expect(sentLines).toHaveLength(300);
		const bodyOf = (index: number) => sentLines.find(({body}) => body.index === index)?.body;
		expect(bodyOf(3)).toMatchObject({max_tokens: 99, model: 'm'});
		expect(bodyOf(5)).toMatchObject({max_tokens: 7, model: 'big'});
		expect(bodyOf(4)).toMatchObject({max_tokens: 10, model: 'm'});
	});
});

const seed = testSeed('change-params');

test.each(Array.from({length: 12}, (_, round) => seed + round))(
	'no ceiling is passed by changes of any kind: seed %i',
	async one => {
		const random = seededRandom(one);
		const below = (limit: number) => Math.floor(random() * limit);
		const costPico = 2_000_000_000n + BigInt(below(12_000_000_000));
		const isByTokens = random() < 0.3;
		const ceiling = isByTokens ? {tokens: 300 + below(2000)} : {costPico};
		const run = watchedRun({
			count: 60,
			prices: [price],
			rate: {concurrency: 1 + below(6)},
			retry: {initialMs: 50, maxMs: 200},
			policy: {onTruncated: 'retry'},
			settings: {limits: limitsOf('task', ceiling)},
			script: call => {
				const allowed = call.body.max_tokens as number;
				const isCut = random() < 0.2;
				const output = isCut ? allowed : below(allowed + 1);
				const usage = {prompt_tokens: 10, completion_tokens: output};
				const outcome =
					random() < 0.1
						? failed('server', 503, {maybeBilled: random() < 0.5})
						: answered('yes', {usage, finish: isCut ? 'length' : 'stop'});
				return {afterMs: 20 + below(500), outcome};
			},
		});
		let steps = 0;
		await run.clock.runUntil(() => {
			if (random() < 0.3 && steps++ < 40) {
				const chosen = Array.from({length: 60}, (_, index) => index).filter(() => random() < 0.3);
				const added = random() < 0.4 ? big() : null;
				run.engine.send(change(chosen, random() < 0.2 ? {n: 2} : {max_tokens: 1 + below(300)}, added));
			}

			return steps >= 40 || run.state.limitReached !== null || run.state.inFlight.size === 0;
		});
		await finish(run, 1e9);
		expect(run.state.changes.length).toBeGreaterThan(0);
		if (isByTokens) {
			expect(run.most.tokens).toBeLessThanOrEqual(ceiling.tokens!);
		} else {
			expect(run.most.costPico).toBeLessThanOrEqual(costPico);
		}
	},
);
