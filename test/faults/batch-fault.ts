import {expect} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {type CliEnd, runCli} from '../cli/cli-process.ts';
import {folderWith, reportOf} from '../cli/run-folder.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {type Hook, type Witness, witnessOf} from './witness.ts';

export const key = 'sk-test-fault-batch';
export const requests = 150;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}\nretry: {timeout_s: 2}');

/** A run of one batch, and the API behind its witness. */
export type BatchFault = {
	readonly folder: string;
	readonly simulator: Simulated;
	readonly witness: Witness;
	readonly args: readonly string[];
};

export async function batchFault(hook?: Hook, script = 'batch=300ms,shuffle'): Promise<BatchFault> {
	const simulator = await simulated(script);
	const witness = await witnessOf(simulator.url, hook);
	const folder = folderWith({'spec.yaml': spec});
	return {folder, simulator, witness, args: ['spec.yaml', '--base-url', witness.url, '--display', 'json']};
}

/** Ends the program with kill -9 the moment that it gets to a step. */
export async function killedAt(step: string, {folder, args}: BatchFault): Promise<CliEnd> {
	const env = {OPENAI_API_KEY: key, PROMPTBATCH_FAILPOINT: step};
	const killed = await runCli(args, {cwd: folder, env});
	expect(killed.signal, killed.stderr).toBe('SIGKILL');
	return killed;
}

/** The same command ends with one right result each, one batch at the API, and no file left there. */
export async function expectOneBatch(fault: BatchFault, ...ends: readonly CliEnd[]): Promise<CliEnd> {
	const {folder, simulator, witness, args} = fault;
	const before = acknowledgedIn(folder);
	const end = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: key}});
	expect(end.code, end.stderr).toBe(0);
	expect(reportOf(end.stdout)).toMatchObject({
		requests: {total: requests, done: requests, failed: 0, pending: 0},
		mode: {direct: 0, batch: requests},
	});
	expectRightResults(folder, requests);
	expect((await listed(simulator, '/batches?limit=100')).length, 'batches at the API').toBe(1);
	expect(await listed(simulator, '/files'), 'files left at the API').toEqual([]);
	await expectInvariants({folder, requests, ends: [...ends, end], keys: [key], before, witness, shards: 1});
	return end;
}

export type Listed = {readonly id: string; readonly status: string; readonly created_at: number};

export async function listed(simulator: Simulated, address: string): Promise<readonly Listed[]> {
	return (JSON.parse((await simulator.get(address)).text) as {readonly data: readonly Listed[]}).data;
}
