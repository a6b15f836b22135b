import {expect, test} from 'vitest';
import type {CallOutcome, DirectCall} from '../../source/domain/ports.ts';
import {createFixture, type Fixture, type FixtureOptions, failed, finish} from './engine-fixture.ts';
import {answerBody, promptsOf, sharingOf} from './shared-fixture.ts';
import {limitsOf} from './watched-run.ts';

/** Requests whose prompts are their numbers, `each` a call. */
function sharedRun(each: number, options: Partial<FixtureOptions> & Pick<FixtureOptions, 'count'>): Fixture {
	return createFixture({
		endpoint: 'completions',
		policy: {endpoint: 'completions'},
		bodyOf: index => ({prompt: String(index), max_tokens: 10}),
		sharing: sharingOf(each),
		script: call => ({afterMs: 100, outcome: answerTo(call)}),
		...options,
	});
}

function answerTo({body: asked}: DirectCall, prompts = promptsOf(asked)): CallOutcome {
	const body = answerBody(prompts);
	return {kind: 'answered', raw: JSON.stringify(body), body, requestId: 'req', headers: null};
}

const callsOf = ({calls}: Fixture) => calls.map(({call}) => promptsOf(call.body));

function answersOf({events}: Fixture): ReadonlyMap<number, string> {
	return new Map(
		events.flatMap(event =>
			event.type === 'attempt-answered'
				? [[event.index, JSON.parse(event.raw).choices[0].text as string]]
				: [],
		),
	);
}

function expectAllMatched(run: Fixture, indexes: Iterable<number> = new Array(run.state.count).keys()): void {
	expect([...answersOf(run)].sort(([a], [b]) => a - b)).toEqual(
		[...indexes].map(index => [index, `to ${index}`]),
	);
}

test('1,000 prompts, 7 a call: 143 calls, 10 at once, every answer at its own request, paid for once', async () => {
	const run = sharedRun(7, {count: 1000, rate: {concurrency: 10}});
	expect(await finish(run)).toEqual({reason: 'done'});
	expect(run.calls).toHaveLength(143);
	expect(run.peak()).toBe(10);
	expectAllMatched(run);
	const {totals, callsOut, inFlight} = run.state;
	expect(totals).toMatchObject({attempts: 1000, started: 1000, calls: 143, done: {direct: 1000}});
	expect(totals.tokens).toEqual({input: 10_000, cached: 0, output: 5000});
	expect(totals.cost.direct).toBe(10_000n * 2_500_000n + 5000n * 10_000_000n);
	expect({callsOut, inFlight: inFlight.size}).toEqual({callsOut: 0, inFlight: 0});
	expect(run.state.queues[0]!.latencies.reduce((sum, calls) => sum + (calls ?? 0), 0)).toBe(143);
});

test('a refused call is made again as it was, all at the same time', async () => {
	const run = sharedRun(3, {
		count: 6,
		script: (call, attempt) => ({
			afterMs: 10,
			outcome: attempt === 1 ? failed('rate_limit', 429, {hintMs: 5000}) : answerTo(call),
		}),
	});
	await finish(run);
	const both = [
		[0, 1, 2],
		[3, 4, 5],
	];
	expect(callsOf(run)).toEqual([...both, ...both]);
	expectAllMatched(run);
	expect(run.state.totals).toMatchObject({attempts: 12, calls: 4});
	const due = run.events.flatMap(event => (event.type === 'attempt-failed' ? [event.retryAt] : []));
	expect(due).toHaveLength(6);
	expect(new Set(due).size).toBe(1);
});

test('one guilty request fails: its calls are halved until it is alone, and no retry is used up', async () => {
	const run = sharedRun(8, {
		count: 8,
		script: call => ({
			afterMs: 10,
			outcome: promptsOf(call.body).includes(5) ? failed('invalid_request', 400) : answerTo(call),
		}),
	});
	await finish(run);
	expect(callsOf(run)).toEqual([
		[0, 1, 2, 3, 4, 5, 6, 7],
		[0, 1, 2, 3],
		[4, 5, 6, 7],
		[4, 5],
		[6, 7],
		[4],
		[5],
	]);
	expectAllMatched(run, [0, 1, 2, 3, 4, 6, 7]);
	const {state} = run;
	expect([...state.totals.failed]).toEqual([['invalid_request', 1]]);
	expect([...state.columns.retries]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
	expect(state.mostShared.size).toBe(0);
	expect(state.totals.maybeBilled.calls).toBe(0);
});

test('an answer that lacks one prompt is paid for once, and that prompt asked again alone', async () => {
	const run = sharedRun(3, {
		count: 3,
		script: call => ({afterMs: 10, outcome: answerTo(call, promptsOf(call.body).slice(0, 2))}),
	});
	await finish(run);
	expect(callsOf(run)).toEqual([[0, 1, 2], [2]]);
	expectAllMatched(run);
	expect(run.state.totals.tokens).toEqual({input: 30, cached: 0, output: 15});
});

test('the cost of an answer that nobody got stands on the first request', async () => {
	const run = sharedRun(2, {
		count: 2,
		script: call => ({
			afterMs: 10,
			outcome: promptsOf(call.body).length > 1 ? answerTo(call, [0, 0, 0]) : answerTo(call),
		}),
	});
	await finish(run);
	expect(callsOf(run)).toEqual([[0, 1], [0], [1]]);
	const fails = run.events.filter(event => event.type === 'attempt-failed');
	expect(fails.map(({usage, raw}) => [usage?.input ?? null, raw !== null])).toEqual([
		[30, true],
		[null, false],
	]);
	expect(run.state.totals.tokens.input).toBe(50);
});

test('who gives up on a member lets the call go on; who gives up on all ends it', async () => {
	const run = sharedRun(2, {count: 4, rate: {concurrency: 2}});
	await run.clock.runUntil(() => run.calls.length === 2);
	run.engine.send({type: 'give-up', indexes: [0, 2, 3]});
	await finish(run);
	// The answer for 0 was paid for with that for 1.
	expectAllMatched(run, [0, 1]);
	expect([...run.state.totals.failed]).toEqual([['cancelled', 2]]);
	expect(run.state.totals.maybeBilled.calls).toBe(1);
});

test('ceilings and requests per minute count calls', async () => {
	const ceiled = sharedRun(5, {
		count: 100,
		settings: {limits: limitsOf('task', {requests: 4})},
	});
	expect((await finish(ceiled)).reason).toBe('stuck');
	expect(ceiled.calls).toHaveLength(4);
	expect(ceiled.state.limitReached).toEqual({limit: 'task.requests', value: 4});

	const paced = sharedRun(5, {count: 50, rate: {rpm: 6}});
	await finish(paced);
	expect(paced.calls).toHaveLength(10);
	expect(paced.calls.at(-1)!.at - paced.calls[0]!.at).toBeGreaterThan(60_000);
});

test('a cost ceiling holds with the worst case of whole calls, whatever they come to', async () => {
	const run = sharedRun(5, {
		count: 100,
		rate: {concurrency: 3},
		settings: {limits: limitsOf('task', {costPico: 3_000_000_000n})},
	});
	await finish(run);
	expect(run.state.totals.cost.direct).toBeLessThanOrEqual(3_000_000_000n);
	// What is left in the end would not do for one more.
	const left = 3_000_000_000n - run.state.totals.cost.direct;
	expect(left).toBeLessThan(200_000_000n);
	expect(run.state.limitReached?.limit).toBe('task.cost');
});

test('who was cut short goes again with twice the room, and not with those that were not', async () => {
	const run = sharedRun(2, {
		count: 4,
		policy: {endpoint: 'completions', onTruncated: 'retry'},
		script(call) {
			const outcome = answerTo(call) as CallOutcome & {kind: 'answered'};
			const choices = outcome.body.choices as {text: string; finish_reason: string}[];
			const body = {
				...outcome.body,
				choices: choices.map(choice =>
					choice.text === 'to 1' && call.body.max_tokens === 10
						? {...choice, finish_reason: 'length'}
						: choice,
				),
			};
			return {afterMs: 10, outcome: {...outcome, body, raw: JSON.stringify(body)}};
		},
	});
	await finish(run);
	expect(run.calls.map(({call}) => [promptsOf(call.body), call.body.max_tokens])).toEqual([
		[[0, 1], 10],
		[[2, 3], 10],
		[[1], 20],
	]);
	expectAllMatched(run);
});
