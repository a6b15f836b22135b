import {expect, test} from 'vitest';
import {ledgerSpec, price} from '../cli/ledger-run.ts';
import {type Answer, ledgerServer, sumOf} from '../cli/ledger-server.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf} from '../cli/run-folder.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst, startAgainst} from './program.ts';
import {witnessOf} from './witness.ts';

const good: Answer = {input: 20, output: 5};
const requests = 20;
const spec = ledgerSpec(
	requests,
	'params: {max_tokens: 20}\nmode: batch\nbatch: {poll_s: 0.1}\nretry: {initial_s: 0.01}',
);

async function lose(what: 'the batch' | 'its output file'): Promise<void> {
	let isLossy = true;
	const server = await ledgerServer({
		answer: () => good,
		batchMs: what === 'the batch' ? 60_000 : 200,
		keepsOutput: () => !isLossy,
	});
	const witness = await witnessOf(server.url);
	const folder = folderWith({'spec.yaml': spec});
	const run = startAgainst(witness.url, folder);
	await run.says('batch-submitted');
	if (what === 'the batch') {
		server.batches.forget('batch_1');
	}

	const lost = await run.ended;
	expect(lost.code, lost.stderr).toBe(3);
	expect(lost.stderr).toContain('lost');
	expect(reportOf(lost.stdout).requests).toMatchObject({done: 0, failed: 0, pending: requests});
	isLossy = false;
	const still = await runAgainst(witness.url, folder);
	expect(still.code, still.stderr).toBe(3);
	expect(server.batches.creations()).toBe(1);
	const end = await runAgainst(witness.url, folder, ['--unpause', '--force-direct']);
	expect(end.code, end.stderr).toBe(0);
	expect(failuresOf(folder)).toEqual([]);
	expect(resultsOf(folder)).toHaveLength(requests);
	// What the lost batch may have cost is told apart, and is no less than it did cost.
	const {maybe_billed: maybe, cost_usd: cost} = reportOf(end.stdout);
	const billedBy = (lane: string) =>
		sumOf(
			server.billed.filter(sale => sale.lane === lane),
			price,
		);
	expect(maybe.calls).toBe(requests);
	expect(BigInt(Math.round(maybe.usd * 1e12)) >= billedBy('batch')).toBe(true);
	expect(Math.round((cost ?? 0) * 1e12)).toBe(Number(billedBy('direct')));
	expect(journalOf(folder).filter(({type}) => type === 'batch-submitted')).toHaveLength(1);
	const ends = [lost, still, end];
	await expectInvariants({folder, requests, ends, keys: [faultKey], witness, shards: 1, price});
}

test('the batch, or its output file, is not at the API any more: a person decides, and nothing is sent again before', async () => {
	await Promise.all([lose('the batch'), lose('its output file')]);
}, 90_000);
