import {expect, test} from 'vitest';
import type {Price} from '../../source/domain/price.ts';
import {answered, type FixtureOptions, failed, finish} from './engine-fixture.ts';
import {type Limits, limitsOf, watchedRun} from './watched-run.ts';

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

test.each(['task', 'session'] as const)(
	'tokens that may have been billed count under the ceiling of a %s',
	async scope => {
		const script = () => ({afterMs: 10, outcome: failed('timeout', null, {maybeBilled: true})});
		const given = {count: 20, prices: [cheap], retry: {maxRetries: 0}, script};
		const one = watchedRun({...given, count: 1});
		await finish(one);
		const each = one.state.totals.maybeBilled.tokens;
		expect(each).toBeGreaterThan(0);
		const run = watchedRun({...given, settings: {limits: limitsOf(scope, {tokens: each * 5})}});
		expect(await finish(run)).toMatchObject({reason: 'stuck'});
		expect(run.calls).toHaveLength(5);
		expect(run.state.limitReached).toEqual({limit: `${scope}.ktokens`, value: (each * 5) / 1000});
	},
);

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
