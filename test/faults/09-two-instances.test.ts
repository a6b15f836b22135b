import {readFileSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type CliEnd, type CliProcess, runCli, startCli} from '../cli/cli-process.ts';
import {folderWith, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {times} from './strength.ts';
import {type Witness, witnessOf} from './witness.ts';

const key = 'sk-test-fault-09';
const env = {OPENAI_API_KEY: key};
const requests = 12;

type Run = {
	readonly folder: string;
	readonly args: readonly string[];
	readonly witness: Witness;
	readonly first: CliProcess;
	readonly lock: string;
};

/** One instance is at work. */
async function running(): Promise<Run> {
	const witness = await witnessOf((await simulated('latency=250ms')).url);
	const folder = folderWith({'spec.yaml': specOf(requests)});
	const args = ['spec.yaml', '--base-url', witness.url, '--concurrency', '1', '--display', 'json'];
	const first = startCli(args, {cwd: folder, env});
	await first.says('"event":"request-finished"');
	return {folder, args, witness, first, lock: path.join(runOf(folder), 'lock')};
}

async function killed(run: Run): Promise<CliEnd> {
	run.first.kill('SIGKILL');
	return run.first.ended;
}

test('fault 9: a second instance ends at once with the pid of the first, and disturbs nothing', async () => {
	const {folder, args, witness, first} = await running();
	const [second, status] = await Promise.all([
		runCli(args, {cwd: folder, env}),
		runCli(['status', 'spec.yaml', '--json'], {cwd: folder}),
	]);
	expect(second).toMatchObject({code: 4, stdout: ''});
	expect(second.stderr).toContain(`process ${first.pid} on ${os.hostname()}`);
	expect(second.stderr).toContain('--wait-lock');
	expect(JSON.parse(status.stdout)).toMatchObject({owner: {pid: first.pid, host: os.hostname()}});
	const end = await first.ended;
	expect(end.code, end.stderr).toBe(0);
	expect(witness.of('direct')).toHaveLength(requests);
	await expectInvariants({folder, requests, ends: [second, end], keys: [key], witness});
});

type Owner = {readonly pid: number; readonly bootId: string; readonly startTime: string};

const stale: readonly (readonly [string, (owner: Owner) => object])[] = [
	['of a process that was killed', owner => owner],
	[
		'of a host that was restarted since',
		owner => ({...owner, pid: process.pid, bootId: 'before the restart'}),
	],
	['whose pid belongs to another process now', owner => ({...owner, pid: process.pid})],
];

test.each(stale)('fault 9: a lock %s is taken over with a notice', async (_, change) => {
	const run = await running();
	const {folder, args, witness, lock} = run;
	const dead = await killed(run);
	const owner = JSON.parse(readFileSync(lock, 'utf8')) as Owner;
	expect(owner.pid).toBe(run.first.pid);
	writeFileSync(lock, `${JSON.stringify(change(owner))}\n`);
	const before = acknowledgedIn(folder);
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	expect(end.stderr).toMatch(/The lock of process \d+ on .+, which is gone, was taken over/);
	await expectInvariants({folder, requests, ends: [dead, end], keys: [key], before, witness});
});

test('fault 9: of several that come upon a stale lock at once, one takes it over', async () => {
	const run = await running();
	const {folder, args, witness} = run;
	const dead = await killed(run);
	const before = acknowledgedIn(folder);
	const rivals = Array.from({length: times(3, 8)}, () => runCli(args, {cwd: folder, env}));
	const ends = await Promise.all(rivals);
	// One that starts late may come after the end of the run, which it finds done.
	const codes = ends.map(({code}) => code).sort();
	expect(codes, ends.map(({stderr}) => stderr).join('')).toContain(0);
	expect(codes.filter(code => code !== 0 && code !== 4)).toEqual([]);
	const last = await runCli(args, {cwd: folder, env});
	expect(last.code).toBe(0);
	await expectInvariants({folder, requests, ends: [dead, ...ends, last], keys: [key], before, witness});
});
