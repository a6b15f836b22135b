import {describe, expect, test} from 'vitest';
import {noDemand, roomUnder} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import {demandOf} from '../../source/domain/demand.ts';
import {estimateTokens} from '../../source/domain/estimate.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent} from '../../source/domain/event-line.ts';
import type {Price} from '../../source/domain/price.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {JsonObject} from '../../source/domain/request.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import type {RunState} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {
	answered,
	createFixture,
	type Fixture,
	type FixtureOptions,
	failed,
	finish,
} from './engine-fixture.ts';

type Limits = RunSettings['limits'];
type Scope = keyof Limits;

function limitsOf(scope: Scope, ceiling: Partial<Limits[Scope]>): Limits {
	return {...defaultSettings.limits, [scope]: {...defaultSettings.limits[scope], ...ceiling}};
}

function worstOf(body: JsonObject, price: Price | null) {
	return demandOf(body, 'chat', null, estimateTokens(JSON.stringify(body)), price, 'direct');
}

/** A run whose committed sums are taken at every event and every call, by a count of the test's own. */
function watchedRun(options: FixtureOptions & {readonly prices: readonly (Price | null)[]}) {
	const out = new Map<number, ReturnType<typeof worstOf>>();
	const most = {requests: 0, tokens: 0, costPico: 0n};
	const seen: {fixture: Fixture | null; inFlightAtLimit: number | null} = {
		fixture: null,
		inFlightAtLimit: null,
	};
	const look = () => {
		if (!seen.fixture) {
			return;
		}

		const {totals} = seen.fixture.state;
		const held = [...out.values()];
		most.requests = Math.max(most.requests, totals.attempts);
		most.tokens = Math.max(
			most.tokens,
			held.reduce((sum, {tokens}) => sum + tokens, totals.tokens.input + totals.tokens.output),
		);
		const cost = held.reduce(
			(sum, {costPico}) => sum + costPico,
			totals.cost.direct + totals.maybeBilled.cost,
		);
		most.costPico = cost > most.costPico ? cost : most.costPico;
	};

	const fixture = createFixture({
		...options,
		script(call, attempt, now) {
			const index = call.body.index as number;
			out.set(index, worstOf(call.body, options.prices[index % options.prices.length]!));
			look();
			return options.script(call, attempt, now);
		},
		killAfter(event) {
			if (event.type === 'attempt-answered' || event.type === 'attempt-failed') {
				out.delete(event.index);
			}

			if (event.type === 'limit-reached') {
				seen.inFlightAtLimit = out.size;
			}

			look();
			return false;
		},
	});
	seen.fixture = fixture;
	return {...fixture, most, inFlightAtLimit: () => seen.inFlightAtLimit};
}

function replayed({lines}: Fixture, created: RunState): RunState {
	const state = createState();
	reduce(
		state,
		{
			type: 'run-created',
			at: 0,
			runId: 'r',
			toolVersion: '0',
			specDigest: 'd',
			simulated: null,
			count: created.count,
			queues: created.queues.map(({info}) => info),
		},
		0,
	);
	for (const line of lines) {
		reduce(state, decodeEvent(line, {body: true}) as RunEvent, 0);
	}

	return state;
}

function randomPrice(random: () => number): Price {
	const rates = () => {
		const input = Math.floor(random() * 5_000_000);
		return {input, cachedInput: Math.floor(input * random()), output: Math.floor(random() * 20_000_000)};
	};

	const base = {direct: rates(), batch: rates()};
	const tiers = random() < 0.5 ? [] : [{above: 40, direct: rates(), batch: rates()}];
	return {...base, tiers, source: 'test'};
}

/** A server that bills anything up to the worst case, cuts answers short, fails, and keeps silent. */
function randomServer(random: () => number): FixtureOptions['script'] {
	return call => {
		const {tokens: _, ...worst} = worstOf(call.body, null);
		expect(worst.requests).toBe(1);
		const most = Math.ceil(estimateTokens(JSON.stringify(call.body)) * 1.05);
		const allowed = (call.body.max_tokens as number) * ((call.body.n as number | undefined) ?? 1);
		const share = random() < 0.4 ? 1 : random();
		const prompt = Math.floor(most * share);
		const usage = {
			prompt_tokens: prompt,
			completion_tokens: Math.floor(allowed * share),
			prompt_tokens_details: {cached_tokens: random() < 0.3 ? Math.floor(prompt / 2) : 0},
		};
		const afterMs = 1 + Math.floor(random() * 500);
		const chance = random();
		if (chance < 0.1) {
			return {afterMs, outcome: failed('server', 503)};
		}

		if (chance < 0.2) {
			return {afterMs, outcome: failed('timeout', null, {maybeBilled: true})};
		}

		return {afterMs, outcome: answered('yes', {usage, finish: chance < 0.3 ? 'length' : 'stop'})};
	};
}

describe('a random run never passes its ceiling at any event, and goes as far as it can', () => {
	const seed = testSeed('ceilings');
	test.each(Array.from({length: 24}, (_, round) => round))('%i', async round => {
		const random = seededRandom(seed + round);
		const prices = [randomPrice(random), randomPrice(random)];
		const bodies = Array.from({length: 60}, () => ({
			max_tokens: 1 + Math.floor(random() * 200),
			...(random() < 0.3 ? {n: 3} : {}),
		}));
		const bodyOf = (index: number) => bodies[index]!;
		const all = bodies.map((body, index) => worstOf({...body, index}, prices[index % 2]!));
		const part = 0.1 + random() * 0.4;
		const scope = random() < 0.5 ? 'task' : 'session';
		const what = (['requests', 'tokens', 'costPico'] as const)[round % 3]!;
		const ceiling = {
			requests: Math.ceil(all.length * part),
			tokens: Math.ceil(all.reduce((sum, {tokens}) => sum + tokens, 0) * part),
			costPico: BigInt(Math.ceil(Number(all.reduce((sum, {costPico}) => sum + costPico, 0n)) * part)),
		}[what];
		const limits = limitsOf(scope, {[what]: ceiling});
		const run = watchedRun({
			count: bodies.length,
			models: ['a', 'b'],
			bodyOf,
			prices,
			rate: {concurrency: 1 + Math.floor(random() * 20)},
			policy: {onTruncated: 'retry'},
			settings: {limits},
			script: randomServer(random),
		});
		const end = await finish(run);
		expect(run.most[what] <= ceiling).toBe(true);
		const room = roomUnder(run.state, limits, noDemand);
		expect(roomUnder(replayed(run, run.state), limits, noDemand)).toEqual(room);
		if (end.reason === 'stuck') {
			expect(run.state.limitReached?.limit).toBe(
				`${scope}.${{requests: 'requests', tokens: 'ktokens', costPico: 'cost'}[what]}`,
			);
			expect(run.inFlightAtLimit()).toBe(0);
			expect(run.state.inFlight.size).toBe(0);
		} else {
			expect(end.reason).toBe('done');
		}
	});
});

const cheap: Price = {
	direct: {input: 0, cachedInput: 0, output: 1_000_000},
	batch: {input: 0, cachedInput: 0, output: 500_000},
	tiers: [],
	source: 'test',
};
const dear: Price = {...cheap, direct: {...cheap.direct, output: 100_000_000}};
const all = (output: number) => answered('yes', {usage: {prompt_tokens: 1, completion_tokens: output}});

test('a server that returns twice the predicted output spends the ceiling and no picodollar more', async () => {
	// 10 tokens are allowed, 5 predicted, 10 returned: 10 million picodollars a call.
	const run = watchedRun({
		count: 50,
		prices: [cheap],
		settings: {limits: limitsOf('task', {costPico: 205_000_000n})},
		script: () => ({afterMs: 100, outcome: all(10)}),
	});
	expect(await finish(run)).toMatchObject({reason: 'stuck'});
	expect(run.state.totals.done.direct).toBe(20);
	expect(run.most.costPico).toBe(200_000_000n);
	expect(run.state.limitReached).toEqual({limit: 'task.cost', value: 0.000205});
});

test('a ceiling that is raised lets the run complete', async () => {
	const run = watchedRun({
		count: 50,
		prices: [cheap],
		leaveWhenStuck: false,
		settings: {limits: limitsOf('task', {costPico: 205_000_000n})},
		script: () => ({afterMs: 100, outcome: all(10)}),
	});
	await run.clock.runUntil(() => run.state.limitReached !== null);
	run.engine.send({type: 'raise-ceiling', costPico: 500_000_000});
	expect(await finish(run)).toEqual({reason: 'done'});
	expect(run.most.costPico).toBe(500_000_000n);
});

test('settled calls give room back, so that all are done where they use little', async () => {
	const run = watchedRun({
		count: 50,
		prices: [cheap],
		settings: {limits: limitsOf('task', {costPico: 60_000_000n})},
		script: () => ({afterMs: 100, outcome: all(1)}),
	});
	expect(await finish(run)).toEqual({reason: 'done'});
	expect(run.most.costPico <= 60_000_000n).toBe(true);
	expect(run.peak()).toBe(6);
});

test('a ceiling on requests is exact, retries included', async () => {
	const run = watchedRun({
		count: 50,
		prices: [cheap],
		settings: {limits: limitsOf('task', {requests: 17})},
		script: (_, attempt) => ({afterMs: 10, outcome: attempt === 1 ? failed('server', 500) : all(1)}),
	});
	expect(await finish(run)).toMatchObject({reason: 'stuck'});
	expect(run.calls).toHaveLength(17);
	expect(run.most.requests).toBe(17);
});

test('calls that may have been billed count', async () => {
	const run = watchedRun({
		count: 20,
		prices: [cheap],
		retry: {maxRetries: 0},
		settings: {limits: limitsOf('task', {costPico: 50_000_000n})},
		script: () => ({afterMs: 10, outcome: failed('timeout', null, {maybeBilled: true})}),
	});
	expect(await finish(run)).toMatchObject({reason: 'stuck'});
	expect(run.calls).toHaveLength(5);
	expect(run.state.totals.maybeBilled.cost).toBe(50_000_000n);
});

test('the retry of an answer that was cut short is held with twice the allowance', async () => {
	const options = {
		count: 1,
		prices: [cheap],
		policy: {onTruncated: 'retry'},
		script: (_: unknown, attempt: number) => ({
			afterMs: 10,
			outcome:
				attempt === 1
					? answered('ye', {finish: 'length', usage: {prompt_tokens: 1, completion_tokens: 10}})
					: all(20),
		}),
	} as const;
	const tooLittle = watchedRun({...options, settings: {limits: limitsOf('task', {costPico: 29_999_999n})}});
	expect(await finish(tooLittle)).toMatchObject({reason: 'stuck'});
	expect(tooLittle.calls).toHaveLength(1);
	const enough = watchedRun({...options, settings: {limits: limitsOf('task', {costPico: 30_000_000n})}});
	expect(await finish(enough)).toEqual({reason: 'done'});
});

test('a dear queue is stopped while a cheap one goes on, also after its backoff', async () => {
	const run = watchedRun({
		count: 20,
		models: ['dear', 'cheap'],
		prices: [dear, cheap],
		rate: {concurrency: 1},
		settings: {limits: limitsOf('task', {costPico: 900_000_000n})},
		script: (_, attempt) => ({afterMs: 10, outcome: attempt === 1 ? failed('server', 503) : all(10)}),
	});
	expect(await finish(run)).toMatchObject({reason: 'stuck'});
	expect(run.state.queues.map(({done}) => done)).toEqual([0, 10]);
});

test('a model without a price is not held against a ceiling in money', async () => {
	const run = watchedRun({
		count: 20,
		models: ['known', 'unknown'],
		prices: [dear, null],
		settings: {limits: limitsOf('task', {costPico: 1_000_000_000n})},
		script: () => ({afterMs: 10, outcome: all(10)}),
	});
	expect(await finish(run)).toMatchObject({reason: 'stuck'});
	expect(run.state.queues.map(({done}) => done)).toEqual([1, 10]);
});

test('a session starts afresh, the task does not', async () => {
	const script: FixtureOptions['script'] = () => ({afterMs: 10, outcome: all(10)});
	const first = watchedRun({
		count: 20,
		prices: [cheap],
		settings: {limits: limitsOf('session', {requests: 5})},
		script,
	});
	expect(await finish(first)).toMatchObject({reason: 'stuck'});
	const again = async (limits: Limits) => {
		const run = watchedRun({
			count: 20,
			prices: [cheap],
			earlier: first.events,
			settings: {limits},
			script,
		});
		await finish(run);
		return run.calls.length;
	};

	expect(await again(limitsOf('session', {requests: 5}))).toBe(5);
	expect(await again(limitsOf('task', {requests: 8}))).toBe(3);
	expect(await again(limitsOf('task', {tokens: 5 * 11}))).toBe(0);
});
