import {execFile} from 'node:child_process';
import {chmodSync, lstatSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {expect, onTestFinished, test} from 'vitest';
import {cliEnvironment, cliFile, runCli, until} from '../cli/cli-process.ts';
import {folderWith, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {startInPty} from '../ui/pty-session.ts';
import {expectInvariants} from './invariants.ts';
import {full} from './strength.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-40-0123456789';
const run = promisify(execFile);

/** The program with a umask that takes nothing away, as from a careless service or container. */
async function runWide(args: readonly string[], folder: string, env: NodeJS.ProcessEnv): Promise<void> {
	const command = `umask 000; exec "$0" "$@"`;
	await run('sh', ['-c', command, process.execPath, cliFile, ...args], {
		cwd: folder,
		env: cliEnvironment(env),
	});
}

/** Everything below a folder that others may read, write or enter. */
function openToOthers(folder: string): readonly string[] {
	const entries = readdirSync(folder, {recursive: true, encoding: 'utf8'});
	expect(entries.length).toBeGreaterThan(0);
	return ['.', ...entries].filter(name => (lstatSync(path.join(folder, name)).mode & 0o077) !== 0);
}

test('fault 40: a run, what is exported of it and the preferences are their owner’s alone, whatever the umask', async () => {
	const simulator = await simulated('batch=0s');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({
		'spec.yaml': specOf(6, 'mode: batch\nbatch: {poll_s: 0.05, max_requests: 3, min_requests: 1}'),
		'.env': `OPENAI_API_KEY=${key}\n`,
	});
	const home = path.join(folder, 'home');
	const env = {XDG_CONFIG_HOME: home, HOME: home};
	const args = ['spec.yaml', '--base-url', witness.url];
	if (full) {
		// With batch files that wait.
		await runWide([...args, '--set', 'remote.max_batches=0', '--no-run'], folder, env);
		expect(openToOthers(runOf(folder))).toEqual([]);
	}

	// On the full screen, which remembers the run with names and paths of what its user works on.
	const shell = `umask 000; cd '${folder}' && exec '${process.execPath}' '${cliFile}' ${args.join(' ')} --exit-when-done`;
	const session = startInPty('env', ['-u', 'CI', '-u', 'OPENAI_API_KEY', 'sh', '-c', shell], {
		env: cliEnvironment(env),
	});
	onTestFinished(session.close);
	expect((await session.exited).exitCode, session.output()).toBe(0);
	expect(openToOthers(runOf(folder))).toEqual([]);
	await runWide(['export', 'spec.yaml', '--output', 'out.csv', '--format', 'csv'], folder, env);
	expect(lstatSync(path.join(folder, 'out.csv')).mode & 0o777).toBe(0o600);
	const preferences = path.join(home, 'promptbatch-tui');
	await until(() => readdirSync(preferences).includes('config.json'), 'the preferences');
	expect(openToOthers(preferences)).toEqual([]);
	await expectInvariants({folder, requests: 6, ends: [], keys: [key], witness, shards: 2, session});
});

test('fault 40: what others could read of a run before is theirs no more once it is opened', async () => {
	const folder = folderWith({'spec.yaml': specOf(3)});
	await runWide(['spec.yaml', '--simulate'], folder, {});
	expect(openToOthers(runOf(folder))).toEqual([]);
	const directory = runOf(folder);
	mkdirSync(path.join(directory, 'batches'), {recursive: true});
	writeFileSync(path.join(directory, 'batches', 'shard-0001.jsonl'), '{}\n');
	for (const name of ['.', ...readdirSync(directory, {recursive: true, encoding: 'utf8'})]) {
		chmodSync(path.join(directory, name), 0o777);
	}

	const again = await runCli(['spec.yaml', '--simulate'], {cwd: folder});
	expect(again.code, again.stderr).toBe(0);
	expect(openToOthers(directory)).toEqual([]);
	await expectInvariants({folder, requests: 3, ends: [again], keys: [key]});
});
