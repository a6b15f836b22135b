import {expect, test} from 'vitest';
import {ledgerSpec, price} from '../cli/ledger-run.ts';
import {type Answer, ledgerServer} from '../cli/ledger-server.ts';
import {folderWith, jsonLines, reportOf, resultsOf} from '../cli/run-folder.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {witnessOf} from './witness.ts';

const good: Answer = {input: 20, output: 5};
const noCredit = {
	status: 429,
	error: {
		message: 'You exceeded your current quota.',
		type: 'insufficient_quota',
		code: 'insufficient_quota',
	},
};

function spec(requests: number, rest: string): string {
	return ledgerSpec(requests, `params: {max_tokens: 20}\n${rest}`);
}

const inBatches = 'mode: batch\nbatch: {poll_s: 0.1, max_requests: 20}\nremote: {max_batches: 1}';

function heldIn(stdout: string): readonly unknown[] {
	return jsonLines(stdout).filter(({event}) => event === 'held');
}

test('in the middle of direct calls: one pause, and no storm', async () => {
	const concurrency = 6;
	let [hasCredit, answered, refused] = [true, 0, 0];
	const server = await ledgerServer({
		latencyMs: 10,
		answer: () => {
			if (hasCredit && answered < 20) {
				answered++;
				return good;
			}

			refused += hasCredit ? 1 : 0;
			return hasCredit ? noCredit : good;
		},
	});
	const witness = await witnessOf(server.url);
	const folder = folderWith({'spec.yaml': spec(100, `mode: direct\nrate: {concurrency: ${concurrency}}`)});
	const held = await runAgainst(witness.url, folder);
	expect(held.code, held.stderr).toBe(3);
	expect(heldIn(held.stdout)).toHaveLength(1);
	expect(refused - 1).toBeLessThanOrEqual(concurrency + 1);
	expect(reportOf(held.stdout).requests).toMatchObject({done: 20, failed: 0, pending: 80});
	hasCredit = false;
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(100);
	await expectInvariants({folder, requests: 100, ends: [held, end], keys: [faultKey], witness, price});
}, 60_000);

test('at the creation of a batch: one call more at most, and what is remote is collected', async () => {
	let hasCredit = false;
	const server = await ledgerServer({
		answer: () => good,
		batchMs: 800,
		create: nth => (nth === 1 || hasCredit ? null : noCredit),
	});
	const witness = await witnessOf(server.url);
	const folder = folderWith({'spec.yaml': spec(60, inBatches.replace('max_batches: 1', 'max_batches: 5'))});
	const held = await runAgainst(witness.url, folder);
	expect(held.code, held.stderr).toBe(3);
	expect(held.stderr).toContain('quota');
	expect(heldIn(held.stdout)).toHaveLength(1);
	expect(server.batches.creations() - 2).toBeLessThanOrEqual(1);
	expect(reportOf(held.stdout).requests).toMatchObject({done: 20, failed: 0, pending: 40});
	hasCredit = true;
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(60);
	await expectInvariants({folder, requests: 60, ends: [held, end], keys: [faultKey], witness, price});
	expect(server.billed).toHaveLength(60);
}, 60_000);

test('in the lines of a batch: no request fails, one pause, and no batch is created after it', async () => {
	let left = 30;
	const server = await ledgerServer({answer: () => (left-- > 0 ? good : noCredit)});
	const witness = await witnessOf(server.url);
	const folder = folderWith({'spec.yaml': spec(60, inBatches)});
	const held = await runAgainst(witness.url, folder);
	expect(held.code, held.stderr).toBe(3);
	expect(heldIn(held.stdout)).toHaveLength(1);
	expect(server.batches.creations()).toBe(2);
	expect(reportOf(held.stdout).requests).toMatchObject({done: 30, failed: 0, pending: 30});
	left = 1000;
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(60);
	await expectInvariants({folder, requests: 60, ends: [held, end], keys: [faultKey], witness, price});
}, 60_000);
