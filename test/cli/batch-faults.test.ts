import {describe, expect, test} from 'vitest';
import {startCli} from './cli-process.ts';
import {ledgerEnv, ledgerSpec, price, runAgainst} from './ledger-run.ts';
import {type Answer, ledgerServer, sumOf} from './ledger-server.ts';
import {failuresOf, folderWith, journalOf, jsonLines, reportOf, resultsOf} from './run-folder.ts';

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

describe('fault 18: an exhausted credit', () => {
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
		const folder = folderWith({'spec.yaml': spec(100, `mode: direct\nrate: {concurrency: ${concurrency}}`)});
		const held = await runAgainst(server, folder);
		expect(held.code, held.stderr).toBe(3);
		expect(heldIn(held.stdout)).toHaveLength(1);
		expect(refused - 1).toBeLessThanOrEqual(concurrency + 1);
		expect(reportOf(held.stdout).requests).toMatchObject({done: 20, failed: 0, pending: 80});
		hasCredit = false;
		expect((await runAgainst(server, folder)).code).toBe(0);
		expect(resultsOf(folder)).toHaveLength(100);
	}, 60_000);

	test('at the creation of a batch: one call more at most, and what is remote is collected', async () => {
		let hasCredit = false;
		const server = await ledgerServer({
			answer: () => good,
			batchMs: 800,
			create: nth => (nth === 1 || hasCredit ? null : noCredit),
		});
		const folder = folderWith({'spec.yaml': spec(60, inBatches.replace('max_batches: 1', 'max_batches: 5'))});
		const held = await runAgainst(server, folder);
		expect(held.code, held.stderr).toBe(3);
		expect(held.stderr).toContain('quota');
		expect(heldIn(held.stdout)).toHaveLength(1);
		expect(server.batches.creations() - 2).toBeLessThanOrEqual(1);
		expect(reportOf(held.stdout).requests).toMatchObject({done: 20, failed: 0, pending: 40});
		hasCredit = true;
		const {code, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder)).toHaveLength(60);
		expect(server.billed).toHaveLength(60);
	}, 60_000);

	test('in the lines of a batch: no request fails, one pause, and no batch is created after it', async () => {
		let left = 30;
		const server = await ledgerServer({answer: () => (left-- > 0 ? good : noCredit)});
		const folder = folderWith({'spec.yaml': spec(60, inBatches)});
		const held = await runAgainst(server, folder);
		expect(held.code, held.stderr).toBe(3);
		expect(heldIn(held.stdout)).toHaveLength(1);
		expect(server.batches.creations()).toBe(2);
		expect(reportOf(held.stdout).requests).toMatchObject({done: 30, failed: 0, pending: 30});
		left = 1000;
		const {code, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		expect(resultsOf(folder)).toHaveLength(60);
	}, 60_000);
});

describe('fault 31: lost at the API', () => {
	test.each(['the batch', 'its output file'])(
		'%s: a person decides, nothing is sent again before, no loop of crashes',
		async what => {
			let isLossy = true;
			const server = await ledgerServer({
				answer: () => good,
				batchMs: what === 'the batch' ? 60_000 : 300,
				keepsOutput: () => !isLossy,
			});
			const folder = folderWith({'spec.yaml': spec(20, inBatches)});
			const args = ['--set', 'retry.initial_s=0.01'];
			const child = startCli(['spec.yaml', '--base-url', server.url, '--display', 'json', ...args], {
				cwd: folder,
				env: ledgerEnv,
			});
			await child.says('batch-submitted');
			if (what === 'the batch') {
				server.batches.forget('batch_1');
			}

			const lost = await child.ended;
			expect(lost.code, lost.stderr).toBe(3);
			expect(reportOf(lost.stdout).requests).toMatchObject({done: 0, pending: 20});
			isLossy = false;
			const still = await runAgainst(server, folder, args);
			expect(still.code, still.stderr).toBe(3);
			expect(server.batches.creations()).toBe(1);
			const {code, stdout, stderr} = await runAgainst(server, folder, [
				...args,
				'--unpause',
				'--force-direct',
			]);
			expect(code, stderr).toBe(0);
			expect(failuresOf(folder)).toEqual([]);
			expect(resultsOf(folder)).toHaveLength(20);
			// What the lost batch may have cost is told apart, and is no less than it did cost.
			const {maybe_billed: maybe, cost_usd: cost} = reportOf(stdout);
			const billedInBatch = sumOf(
				server.billed.filter(({lane}) => lane === 'batch'),
				price,
			);
			expect(maybe.calls).toBe(20);
			expect(BigInt(Math.round(maybe.usd * 1e12)) >= billedInBatch).toBe(true);
			expect(Math.round((cost ?? 0) * 1e12)).toBe(
				Number(
					sumOf(
						server.billed.filter(({lane}) => lane === 'direct'),
						price,
					),
				),
			);
			expect(journalOf(folder).filter(({type}) => type === 'batch-submitted')).toHaveLength(1);
		},
		90_000,
	);
});
