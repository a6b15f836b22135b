import {expect, test} from 'vitest';
import {ledgerSpec, mostCommitted, price, watchBooks} from '../cli/ledger-run.ts';
import {type LedgerServer, ledgerServer, sumOf} from '../cli/ledger-server.ts';
import {folderWith, jsonLines, reportOf, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {full} from './strength.ts';
import {type Witness, witnessOf} from './witness.ts';

const allowed = 100;
/** Above what any of the prompts is counted as. */
const mostInput = 40;
const worst = {
	tokens: mostInput + allowed,
	costPico: BigInt(mostInput) * price.direct.input + BigInt(allowed) * price.direct.output,
};
const params = `params: {max_tokens: ${allowed}}\ncompletion_ratio: 0.5`;
const quick = 'batch: {min_requests: 20, max_requests: 20, poll_s: 0.1}\nrate: {concurrency: 3}';

/** Every answer uses up its allowance, which is twice what was predicted. */
async function dearServer(): Promise<LedgerServer> {
	return ledgerServer({answer: () => ({input: 24, output: allowed}), latencyMs: 20, batchMs: 400});
}

const usdOf = (pico: bigint) => Number(pico) / 1e12;

const mixed = Array.from({length: 60}, (_, index) => (index % 4 === 0 ? 'gpt-4o' : 'gpt-4o-mini'));

/** Each lane alone is walked through by `test/cli/ceiling-ledger.test.ts` too, so that the short form leaves them out. */
const lanes: readonly (readonly [string, string, string])[] = [
	['direct', 'mode: direct', '[gpt-4o-mini]'],
	['batch', 'mode: batch', '[gpt-4o-mini]'],
	['both lanes at once, for two models', 'mode: auto\ncombine: zip', `[${mixed.join(', ')}]`],
];

test.each(lanes.slice(full ? 0 : 2))(
	'reached in the middle of a run, %s: no cent above it at any fact; raised, the run completes',
	async (what, mode, models) => {
		const server = await dearServer();
		const books = watchBooks(server);
		const witness = await witnessOf(server.url);
		const folder = folderWith({'spec.yaml': ledgerSpec(60, `${mode}\n${params}\n${quick}`, models)});
		const ceiling = worst.costPico * 25n;
		const stopped = await runAgainst(witness.url, folder, ['--max-cost', String(usdOf(ceiling))]);
		expect(stopped.code, stopped.stderr).toBe(3);
		expect(stopped.stderr).toContain('task.cost');
		expect(jsonLines(stopped.stdout).map(({event}) => event)).toContain('limit-reached');
		const most = mostCommitted(folder, worst);
		expect(most.costPico <= ceiling, `${most.costPico} of ${ceiling}`).toBe(true);
		expect(books.most() <= ceiling, `${books.most()} of ${ceiling}`).toBe(true);
		expect(most.bothLanes).toBe(what.startsWith('both'));
		const about = {folder, requests: 60, keys: [faultKey], witness, price};
		await expectInvariants({...about, ends: [stopped], ceilingUsd: usdOf(ceiling)});

		const still = await askedAgain(witness, async () =>
			runAgainst(witness.url, folder, ['--max-cost', String(usdOf(books.most()))]),
		);
		expect(still.code, still.stderr).toBe(3);
		const end = await runAgainst(witness.url, folder, ['--max-cost', '1']);
		expect(end.code, end.stderr).toBe(0);
		expect(resultsOf(folder)).toHaveLength(60);
		expect(Math.round((reportOf(end.stdout).cost_usd ?? 0) * 1e12)).toBe(Number(sumOf(server.billed, price)));
		await expectInvariants({...about, ends: [stopped, still, end]});
	},
	60_000,
);

/** A ceiling that leaves nothing sends nothing. */
async function askedAgain<End>(witness: Witness, run: () => Promise<End>): Promise<End> {
	const before = witness.of('direct').length + witness.of('create').length;
	const end = await run();
	expect(witness.of('direct').length + witness.of('create').length).toBe(before);
	return end;
}

test('a model whose price nobody knows: with a ceiling it is refused before anything is sent, and told what helps', async () => {
	const simulator = await simulated();
	const witness = await witnessOf(simulator.url);
	const spec = ledgerSpec(4, `mode: direct\n${params}`, '[gpt-4o-mini]').replace(/^prices: .*\n/m, '');
	const folder = folderWith({'spec.yaml': spec.replace('[gpt-4o-mini]', 'secret-model-9')});
	const refused = await runAgainst(witness.url, folder, ['--max-cost', '1']);
	expect(refused.code, refused.stderr).toBe(2);
	expect(refused.stderr).toContain('secret-model-9');
	expect(refused.stderr).toContain('prices');
	expect(witness.calls).toEqual([]);
});
