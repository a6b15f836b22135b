import {expect, test} from 'vitest';
import {usd} from '../../source/domain/money.ts';
import {buildReport} from '../../source/view/build-report.ts';
import {randomRun} from '../domain/random-run.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runFixture,
	runState,
	sessionStarted,
	start,
	started,
	testPrice,
} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

test('row 15: ten calls of 1000 tokens in, 800 cached, 50 out are 0.0200 USD', () => {
	const indexes = Array.from({length: 10}, (_, index) => index);
	const usage = {input: 1000, cached: 800, output: 50};
	const answers = indexes.map(index => answered(index, {usage, costPico: 2_000_000_000}));
	const report = buildReport(runState(created(10), sessionStarted(), started(indexes), ...answers), start);
	expect(report.cost_usd).toBe(0.02);
	expect(report.tokens).toEqual({input: 10_000, cached: 8000, output: 500});
});

test('a random run adds up to the ledger of its author', () => {
	const seed = testSeed('build-report');
	for (let round = 0; round < 20; round++) {
		const {state, ledger} = randomRun(seededRandom(seed + round), 50, 1200);
		const report = buildReport(state, ledger.at);
		const having = (status: string) => ledger.status.filter(other => other === status).length;
		const {total, done, failed: failures, pending} = report.requests;
		expect(report.requests, `seed ${seed + round}`).toEqual({
			total: 50,
			done: having('done'),
			failed: having('failed'),
			pending: 50 - having('done') - having('failed'),
		});
		expect(done + failures + pending).toBe(total);
		expect(report.failures).toEqual(ledger.failedKinds);
		expect(report.attempts).toBe(ledger.attempts.reduce((sum, count) => sum + count));
		const first = ledger.attempts.filter(count => count > 0).length;
		expect(report.retries).toBe(report.attempts - first - state.totals.rounds);
		expect(report.tokens).toEqual(ledger.tokens);
		expect(report.cost_usd).toBe(usd(BigInt(ledger.costPico)));
		expect(report.maybe_billed).toEqual({
			calls: ledger.maybeBilledCalls,
			usd: usd(BigInt(ledger.maybeBilledPico)),
		});
		expect(report.mode.direct + report.mode.batch).toBe(done);
		expect(report.session).toEqual({
			requests: ledger.sessionFinished,
			cost_usd: usd(BigInt(ledger.sessionCostPico)),
		});
		expect(report.seconds).toBe(((pending > 0 ? ledger.at : state.lastFinishedAt) - start) / 1000);
	}
});

test('the cost is unknown, not 0, when no answer could be priced', () => {
	const unpriced = runFixture(created(2), sessionStarted([]), started([0, 1]), answered(0, {costPico: null}));
	expect(buildReport(unpriced.state, start).cost_usd).toBeNull();
	unpriced.take(answered(1, {costPico: 3_000_000}));
	expect(buildReport(unpriced.state, start).cost_usd).toBe(0.000_003);
	expect(buildReport(runState(created(1), sessionStarted()), start).cost_usd).toBe(0);
});

test('failures by kind, most frequent first', () => {
	const all = [0, 1, 2];
	const {failures} = buildReport(
		runState(
			created(3),
			sessionStarted(),
			started(all),
			failed(0, {sequel: 'fail', failure: failure('refusal', 200)}),
			failed(1, {sequel: 'fail'}),
			failed(2, {sequel: 'fail'}),
		),
		start,
	);
	expect(Object.entries(failures)).toEqual([
		['server', 2],
		['refusal', 1],
	]);
});

test('a run that is over took as long whenever it is looked at', () => {
	const run = runFixture(created(1), sessionStarted(), started([0]));
	expect(buildReport(run.state, start + 2500).seconds).toBe(2.5);
	run.take(answered(0, {at: start + 3100}));
	expect(buildReport(run.state, start + 99_000).seconds).toBe(3.1);
	run.take({type: 'run-finished', at: start + 3105}, sessionStarted([], {at: start + 9_000_000, session: 2}));
	expect(buildReport(run.state, start + 9_000_001).seconds).toBe(3.105);
	expect(buildReport(run.state, start).session).toEqual({requests: 0, cost_usd: 0});
});

test('latencies, costs by model and lane, and errors by cause are those of the whole run', () => {
	const queues = [queueInfo('small'), queueInfo('large'), queueInfo('local', 'mine')];
	const run = runFixture(
		created(6, queues),
		sessionStarted([testPrice, testPrice, null]),
		started([0, 1], start, 0),
		started([2, 3], start, 1),
		started([4], start, 2),
		answered(0, {at: start + 100, costPico: 1e10}),
		failed(1, {sequel: 'fail'}),
		answered(2, {at: start + 4000, costPico: 5e10, usage: {input: 7, cached: 2, output: 3}}),
		failed(3, {failure: failure('rate_limit', 429)}),
		failed(4, {failure: failure('rate_limit', 429)}),
	);
	const report = buildReport(run.state, start + 5000);
	expect(report.errors).toEqual([
		{cause: 'rate_limit 429', attempts: 2},
		{cause: 'server 503', attempts: 1},
	]);
	expect(report.errors.reduce((sum, {attempts}) => sum + attempts, 0)).toBe(
		run.events.filter(({type}) => type === 'attempt-failed').length,
	);
	expect(report.latency_ms.p50! / 100).toBeCloseTo(1, 1);
	expect(report.latency_ms.p95! / 4000).toBeCloseTo(1, 1);
	expect(report.by_model.map(({model, cost_usd: usd}) => [model, usd])).toEqual([
		['large', 0.05],
		['small', 0.01],
		['local', null],
	]);
	expect(report.by_model[0]).toMatchObject({
		provider: 'openai',
		done: 1,
		failed: 0,
		tokens: {input: 7, cached: 2, output: 3},
		direct_usd: 0.05,
		batch_usd: 0,
	});
	expect(report.by_model[1]).toMatchObject({done: 1, failed: 1});
	expect(report.by_model[2]).toMatchObject({p50_ms: null, p95_ms: null, direct_usd: null, batch_usd: null});
});

test('without answers no latency is known', () => {
	expect(buildReport(runState(created(1), sessionStarted()), start).latency_ms).toEqual({
		p50: null,
		p95: null,
	});
});
