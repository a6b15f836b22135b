import {
	appendFileSync,
	cpSync,
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {ledgerSpec, price, runAgainst} from './ledger-run.ts';
import {type Answer, type LedgerServer, ledgerServer, sumOf} from './ledger-server.ts';
import {folderWith, journalOf, reportOf, resultsOf, runOf} from './run-folder.ts';

const good: Answer = {input: 20, output: 5};
const requests = 24;
const spec = ledgerSpec(requests, 'params: {max_tokens: 20}\nmode: batch\nbatch: {poll_s: 0.1}');

const damages: readonly (readonly [string, (file: string) => void])[] = [
	['edited', file => writeFileSync(file, readFileSync(file, 'utf8').replace('Number 3 ', 'Number 9 '))],
	['truncated', file => truncateSync(file, 700)],
	['lengthened', file => appendFileSync(file, '{"custom_id":"1-99","method":"POST"}\n')],
	['deleted', file => rmSync(file)],
];

/** Killed at this step, with the file of its shard still there. */
async function killedAt(step: string, server: LedgerServer): Promise<{folder: string; file: string}> {
	const folder = folderWith({'spec.yaml': spec});
	const killed = await runAgainst(server, folder, [], {PROMPTBATCH_FAILPOINT: step});
	expect(killed.signal, killed.stderr).toBe('SIGKILL');
	const file = path.join(runOf(folder), 'batches', 'shard-0001.jsonl');
	expect(existsSync(file)).toBe(true);
	return {folder, file};
}

/** One result each, each for its own prompt, asked and paid for once. */
function expectOnce(folder: string, server: LedgerServer, stdout: string): void {
	const results = resultsOf(folder);
	expect(results.map(({index}) => index)).toEqual([...Array(requests).keys()]);
	expect(results.filter(({index, text}) => !text?.startsWith(`to: Number ${index} `))).toEqual([]);
	expect(server.billed).toHaveLength(requests);
	expect(Math.round((reportOf(stdout).cost_usd ?? 0) * 1e12)).toBe(Number(sumOf(server.billed, price)));
	expect(server.batches.all).toHaveLength(1);
	expect([...server.batches.files.values()].map(({name}) => name)).toEqual([]);
	expect(readdirSync(path.join(runOf(folder), 'batches'))).toEqual([]);
}

/** Once its batch is created nobody needs the file: one kind of damage shows it. */
const cases = [
	...['cut', 'uploaded'].flatMap(step => damages.map(([what, damage]) => [step, what, damage] as const)),
	...['creating', 'created', 'polling'].map(step => [step, ...damages.at(-1)!] as const),
];

test.each(cases)(
	'a shard file that was, at “%s”, %s between sessions: one batch with what was asked for',
	async (step, _, damage) => {
		const server = await ledgerServer({answer: () => good});
		const {folder, file} = await killedAt(step, server);
		damage(file);
		const {code, stdout, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		expectOnce(folder, server, stdout);
	},
	60_000,
);

test('a file that was uploaded and is not on record does not stay at the API when direct mode is forced', async () => {
	const server = await ledgerServer({answer: () => good});
	const {folder} = await killedAt('uploaded', server);
	expect(server.batches.files.size).toBe(1);
	const {code, stdout, stderr} = await runAgainst(server, folder, ['--force-direct']);
	expect(code, stderr).toBe(0);
	expect(reportOf(stdout).mode).toEqual({direct: requests, batch: 0});
	expect(server.batches.files.size).toBe(0);
	expect(server.batches.creations()).toBe(0);
}, 60_000);

test.each(['uploaded', 'creating', 'created', 'polling', 'downloading'])(
	'state.json deleted at “%s”: the journal alone resumes, and there is no second batch',
	async step => {
		const server = await ledgerServer({answer: () => good});
		const folder = folderWith({'spec.yaml': spec});
		expect((await runAgainst(server, folder, [], {PROMPTBATCH_FAILPOINT: step})).signal).toBe('SIGKILL');
		rmSync(path.join(runOf(folder), 'state.json'), {force: true});
		const {code, stdout, stderr} = await runAgainst(server, folder);
		expect(code, stderr).toBe(0);
		expectOnce(folder, server, stdout);
	},
	60_000,
);

describe('a run directory that was copied while a batch was out', () => {
	test('resumed one after the other: each has its results, none crashes, one batch is enough', async () => {
		const server = await ledgerServer({answer: () => good, batchMs: 600});
		const {folder} = await killedAt('polling', server);
		const other = folderWith({'spec.yaml': spec});
		cpSync(runOf(folder), runOf(other), {recursive: true});
		const first = await runAgainst(server, folder);
		expect(first.code, first.stderr).toBe(0);
		// The first removed the files at the API; a person is asked what to do about the batch.
		const second = await runAgainst(server, other, ['--process-failed-batches', '-1']);
		expect([0, 3], second.stderr).toContain(second.code);
		const third = await runAgainst(server, other, ['--unpause', '--process-failed-batches', '-1']);
		expect(third.code, third.stderr).toBe(0);
		for (const each of [folder, other]) {
			expect(resultsOf(each).map(({index}) => index)).toEqual([...Array(requests).keys()]);
		}
	}, 60_000);

	test('resumed at the same time: no crash, and at least one result each', async () => {
		const server = await ledgerServer({answer: () => good, batchMs: 600});
		const {folder} = await killedAt('polling', server);
		const other = folderWith({'spec.yaml': spec});
		cpSync(runOf(folder), runOf(other), {recursive: true});
		const ends = await Promise.all([runAgainst(server, folder), runAgainst(server, other)]);
		for (const [at, each] of [folder, other].entries()) {
			expect([0, 3], ends[at]!.stderr).toContain(ends[at]!.code);
			expect(ends[at]!.stderr).not.toMatch(/\n\s+at /);
			const again = await runAgainst(server, each, ['--unpause', '--process-failed-batches', '-1']);
			expect(again.code, again.stderr).toBe(0);
			expect(resultsOf(each).map(({index}) => index)).toEqual([...Array(requests).keys()]);
		}
	}, 60_000);
});

test('--reinit-meta with a batch out: kept rows get its answers, vanished ones are counted with their cost', async () => {
	const server = await ledgerServer({answer: () => good, batchMs: 600});
	const {folder} = await killedAt('polling', server);
	const [head, rows] = ledgerSpec(
		requests + 4,
		'params: {max_tokens: 20}\nmode: batch\nbatch: {poll_s: 0.1}',
	).split('args:\n') as [string, string];
	// The first six leave, four others come: every index moves.
	writeFileSync(path.join(folder, 'spec.yaml'), `${head}args:\n${rows.split('\n').slice(6).join('\n')}`);
	expect((await runAgainst(server, folder)).code).toBe(2);
	const {code, stdout, stderr} = await runAgainst(server, folder, ['--reinit-meta']);
	expect(code, stderr).toBe(0);
	const results = resultsOf(folder);
	expect(results.filter(({index, text}) => !text?.startsWith(`to: Number ${index + 6} `))).toEqual([]);
	expect(results).toHaveLength(requests - 2);
	const collected = journalOf(folder).filter(event => event.type === 'batch-collected');
	const orphanPico = BigInt(6 * (20 * 1_250_000 + 5 * 5_000_000));
	expect(collected[0]!.aside).toMatchObject({
		orphans: 6,
		orphanTokens: {input: 120, cached: 0, output: 30},
		orphanPico: Number(orphanPico),
	});
	expect(server.billed).toHaveLength(requests + 4);
	expect(Math.round((reportOf(stdout).cost_usd ?? 0) * 1e12)).toBe(Number(sumOf(server.billed, price)));
}, 60_000);
