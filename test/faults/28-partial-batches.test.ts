import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {until} from '../cli/cli-process.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {miniPrice, salesOf} from './books.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst, startAgainst} from './program.ts';
import {type Witness, witnessOf} from './witness.ts';

const rest = 'mode: batch\nbatch: {poll_s: 0.1}\nguard: {max_pass_failures: 20}';

/** Nothing was bought twice, and nothing is counted that was not bought. */
function expectExactCost(stdout: string, witness: Witness): void {
	const bought = salesOf(witness, miniPrice).reduce((sum, {pico}) => sum + pico, 0n);
	expect(Math.round((reportOf(stdout).cost_usd ?? 0) * 1e12)).toBe(Number(bought));
	expect(reportOf(stdout).maybe_billed).toEqual({calls: 0, usd: 0});
}

test('expired at half: what is done is kept, the rest goes again, and each is paid for once', async () => {
	const simulator = await simulated('batch=300ms,expire=1');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': batchSpec(20, rest)});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, 20);
	const collected = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(collected.map(({outcomes}) => outcomes)).toMatchObject([
		{done: 10, expired: 10},
		{done: 10, expired: 0},
	]);
	expectExactCost(end.stdout, witness);
	await expectInvariants({folder, requests: 20, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);

test('cancelled by somebody else: the same', async () => {
	const simulator = await simulated('batch=8s');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': batchSpec(20, rest)});
	const run = startAgainst(witness.url, folder);
	let done = 0;
	await until(() => {
		const {body} = witness.of('poll').findLast(({answered}) => answered !== null)?.answered ?? {body: '{}'};
		const batch = JSON.parse(body.toString());
		done = batch.request_counts?.completed ?? 0;
		return done > 2;
	}, 'lines done');
	const [{id}] = JSON.parse((await simulator.get('/batches')).text).data;
	await simulator.post(`/batches/${id}/cancel`, {});
	const end = await run.ended;
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, 20);
	const [first] = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(first!.outcomes.done).toBeGreaterThanOrEqual(done);
	expect(first!.outcomes.expired).toBe(20 - first!.outcomes.done);
	expectExactCost(end.stdout, witness);
	await expectInvariants({folder, requests: 20, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);

test('expired again and again: after five rounds a request fails as that, and costs nothing', async () => {
	const simulator = await simulated('batch=50ms,expire=99');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': batchSpec(2, rest)});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(1);
	expect(resultsOf(folder)).toHaveLength(1);
	expect(failuresOf(folder)).toMatchObject([
		// What never ran is no attempt.
		{attempts: 0, error: {kind: 'expired'}, history: Array(6).fill({cost_usd: 0, maybe_billed: false})},
	]);
	expectExactCost(end.stdout, witness);
	await expectInvariants({folder, requests: 2, ends: [end], keys: [faultKey], witness, shards: 6});
}, 60_000);
