import {expect, test} from 'vitest';
import {type BatchFixture, type BatchFixtureOptions, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';
import {errorLine, type InputLine} from './fake-batch-lines.ts';
import {answerBody, promptsOf, sharingOf} from './shared-fixture.ts';
import {limitsOf} from './watched-run.ts';

/** Requests whose prompts are their numbers, `each` a line. */
function sharedBatch(each: number, options: BatchFixtureOptions): BatchFixture {
	return createBatchFixture({
		endpoint: 'completions',
		policy: {endpoint: 'completions'},
		bodyOf: index => ({prompt: String(index), max_tokens: 10}),
		sharing: sharingOf(each),
		...options,
		api: {end: lines => ({output: lines.map(line => answerLine(line))}), ...options.api},
	});
}

function answerLine({custom_id, body}: InputLine, prompts = promptsOf(body)): string {
	const response = {status_code: 200, request_id: 'req', body: answerBody(prompts)};
	return JSON.stringify({id: `batch_req_${custom_id}`, custom_id, response, error: null});
}

const linesOf = ({api}: BatchFixture) =>
	[...api.batches.values()].map(({lines}) => lines.map(({body}) => promptsOf(body)));

function expectAllMatched(
	run: BatchFixture,
	indexes: Iterable<number> = new Array(run.state.count).keys(),
): void {
	const answers = run
		.record()
		.flatMap(event =>
			event.type === 'attempt-answered' ? [[event.index, JSON.parse(event.raw).choices[0].text]] : [],
		);
	expect(answers.sort(([a], [b]) => (a as number) - (b as number))).toEqual(
		[...indexes].map(index => [index, `to ${index}`]),
	);
}

test('lines hold several requests each, all are matched, and each line is counted and paid for once', async () => {
	const run = sharedBatch(7, {count: 1000});
	expect(await finish(run)).toEqual({reason: 'done'});
	expect(linesOf(run).map(({length}) => length)).toEqual([143]);
	expectAllMatched(run);
	const {totals} = run.state;
	expect(totals).toMatchObject({attempts: 1000, calls: 143, done: {direct: 0, batch: 1000}});
	expect(totals.tokens).toEqual({input: 10_000, cached: 0, output: 5000});
	expect(totals.cost.batch).toBe(10_000n * 1_250_000n + 5000n * 5_000_000n);
	const cut = run.events.find(({type}) => type === 'shard-cut');
	expect(cut).toMatchObject({count: 143, indexes: [[0, 1000]]});
	const collected = run.events.find(({type}) => type === 'batch-collected');
	expect(collected).toMatchObject({outcomes: {done: 1000, failed: 0, expired: 0, missing: 0}});
});

test('a line that is refused is halved until the guilty request is alone', async () => {
	const run = sharedBatch(4, {
		count: 8,
		batch: {minRequests: 1},
		api: {
			end: lines => ({
				output: lines.flatMap(line => (promptsOf(line.body).includes(2) ? [] : [answerLine(line)])),
				errors: lines.flatMap(line =>
					promptsOf(line.body).includes(2) ? [errorLine(line, 'invalid_request_error', 400)] : [],
				),
			}),
		},
	});
	await finish(run);
	expect(linesOf(run)).toEqual([
		[
			[0, 1, 2, 3],
			[4, 5, 6, 7],
		],
		[
			[0, 1],
			[2, 3],
		],
		[[2], [3]],
	]);
	expectAllMatched(run, [0, 1, 3, 4, 5, 6, 7]);
	expect([...run.state.totals.failed]).toEqual([['invalid_request', 1]]);
});

test('an expired line and one that is left out go again whole', async () => {
	const run = sharedBatch(3, {
		count: 9,
		batch: {minRequests: 1},
		api: {
			end(lines, nth) {
				const isFirst = nth === 1;
				return {
					output: lines.slice(isFirst ? 2 : 0).map(line => answerLine(line)),
					errors: isFirst ? [errorLine(lines[0]!, 'batch_expired')] : null,
				};
			},
		},
	});
	await finish(run);
	expect(linesOf(run)[1]).toEqual([
		[0, 1, 2],
		[3, 4, 5],
	]);
	expectAllMatched(run);
	// The line that was left out may have run: one call of three, counted once.
	expect(run.state.totals.maybeBilled.calls).toBe(1);
});

test('killed after any event, the next session comes to the same, and nothing is paid for twice', async () => {
	const whole = sharedBatch(3, {count: 7, batch: {minRequests: 1}});
	await finish(whole);
	const {totals} = whole.state;
	for (let nth = 2; nth <= whole.events.length; nth++) {
		const killed = sharedBatch(3, {
			count: 7,
			batch: {minRequests: 1},
			killAfter: (_, events) => events === nth,
		});
		await killed.clock.runUntil(() => killed.isKilled(), 600_000);
		const resumed = sharedBatch(3, {count: 7, batch: {minRequests: 1}, after: killed});
		await finish(resumed);
		expectAllMatched(resumed);
		expect(resumed.state.totals.tokens, `killed after event ${nth}`).toEqual(totals.tokens);
		expect(resumed.state.totals.cost).toEqual(totals.cost);
		expect(resumed.state.totals.calls).toBe(totals.calls);
	}
});

test('ceilings and the size of a batch count lines', async () => {
	const ceiled = sharedBatch(5, {
		count: 100,
		batch: {minRequests: 1},
		settings: {limits: limitsOf('task', {requests: 4})},
	});
	expect((await finish(ceiled)).reason).toBe('stuck');
	expect(linesOf(ceiled).map(({length}) => length)).toEqual([4]);
	expect(ceiled.state.totals.done.batch).toBe(20);

	const small = sharedBatch(5, {count: 100, batch: {minRequests: 1, maxRequests: 12}});
	await finish(small);
	expect(linesOf(small).map(({length}) => length)).toEqual([12, 8]);
	expectAllMatched(small);
});

test('a line that a ceiling, or the limit of a batch, is too small for goes in smaller ones', async () => {
	const ceiled = sharedBatch(8, {
		count: 8,
		batch: {minRequests: 1},
		settings: {limits: limitsOf('task', {costPico: 250_000_000n})},
	});
	await finish(ceiled, 600_000_000);
	expect(ceiled.state.totals.cost.batch).toBeLessThanOrEqual(250_000_000n);
	expect(ceiled.state.totals.done.batch).toBeGreaterThan(2);
	expect(ceiled.state.limitReached?.limit).toBe('task.cost');

	const small = sharedBatch(8, {count: 8, batch: {minRequests: 1, maxCostPico: 200_000_000n}});
	await finish(small, 600_000_000);
	expectAllMatched(small);
	expect(small.state.guard.tripped).toBeNull();
});
