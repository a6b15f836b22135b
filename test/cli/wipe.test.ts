import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {startInPty} from '../ui/pty-session.ts';
import {cliEnvironment, cliFile, runCli, startCli} from './cli-process.ts';
import {failuresOf, filesBelow, folderWith, journalOf, resultsOf, runOf, specOf} from './run-folder.ts';

describe('wipe --failed', () => {
	it('gives what failed a fresh start and leaves what succeeded alone', async () => {
		const folder = folderWith({'spec.yaml': specOf(40)});
		const cwd = {cwd: folder};
		expect((await runCli(['spec.yaml', '--simulate=refusal=30%'], cwd)).code).toBe(1);
		const failed = failuresOf(folder).length;
		const results = resultsOf(folder);
		expect(failed).toBeGreaterThan(0);
		const wiped = await runCli(['wipe', 'spec.yaml', '--failed'], cwd);
		expect(wiped).toMatchObject({code: 0, stderr: ''});
		expect(wiped.stdout).toMatch(new RegExp(`^${failed} failed requests? (is|are) queued again`));
		expect(failuresOf(folder)).toEqual([]);
		expect(resultsOf(folder)).toEqual(results);
		const answered = journalOf(folder).filter(({type}) => type === 'attempt-answered').length;

		expect((await runCli(['spec.yaml', '--simulate=seed=2'], cwd)).code).toBe(0);
		expect(resultsOf(folder)).toHaveLength(40);
		expect(resultsOf(folder).filter(({index}) => results.some(row => row.index === index))).toEqual(results);
		expect(journalOf(folder).filter(({type}) => type === 'attempt-answered')).toHaveLength(answered + failed);
	});

	it('works on a run directory whose spec is gone, and as a flag of a run', async () => {
		const folder = folderWith({'a.yaml': specOf(30)});
		const args = ['a.yaml', '--dir', 'spec.promptbatch', '--display', 'none'];
		expect((await runCli([...args, '--simulate=refusal=30%'], {cwd: folder})).code).toBe(1);
		const flagged = await runCli([...args, '--simulate=refusal=20%', '--wipe-failed'], {cwd: folder});
		expect(flagged).toMatchObject({code: expect.any(Number), stdout: ''});
		expect(flagged.stderr).toContain('queued again');
		const events = journalOf(folder);
		expect(events.filter(({type}) => type === 'requests-wiped')).toHaveLength(1);
		expect(events.filter(({type}) => type === 'session-started')).toHaveLength(2);
		writeFileSync(path.join(folder, 'a.yaml'), 'no spec any more');
		const wiped = await runCli(['wipe', 'spec.promptbatch', '--failed'], {cwd: folder});
		expect(wiped.code).toBe(0);
	});
});

describe('wipe --requests', () => {
	const spec = specOf(30, 'mode: batch\nbatch: {poll_s: 0.1}');

	it('asks, and without a terminal needs --yes', async () => {
		const folder = folderWith({'spec.yaml': spec});
		expect((await runCli(['spec.yaml', '--simulate', '--no-run'], {cwd: folder})).code).toBe(0);
		const before = journalOf(folder);
		for (const args of [['--requests'], ['--all'], ['--requests', '--all', '--yes'], []]) {
			const refused = await runCli(['wipe', 'spec.yaml', ...args], {cwd: folder});
			expect(refused).toMatchObject({code: 2, stdout: ''});
		}

		expect(journalOf(folder)).toEqual(before);
		expect((await runCli(['wipe', 'spec.yaml', '--requests', '--yes'], {cwd: folder})).code).toBe(0);
	});

	it('cancels what is remote first, and the run begins afresh', async () => {
		const folder = folderWith({'spec.yaml': spec});
		await submitAndLeave(folder, '--simulate=batch=60s');
		const wiped = await runCli(['wipe', 'spec.yaml', '--requests', '--yes'], {cwd: folder});
		expect(wiped.stderr).toContain('1 batch at the API would be cancelled');
		expect(wiped).toMatchObject({code: 0});
		expect(wiped.stdout).toContain('30 requests without a result are queued afresh');
		const order = journalOf(folder).map(({type}) => type);
		expect(order.indexOf('requests-wiped')).toBeGreaterThan(order.indexOf('batch-collected'));
		expect(batchFiles(folder)).toEqual([]);
		expect((await runCli(['spec.yaml', '--simulate=batch=1s'], {cwd: folder})).code).toBe(0);
		expect(resultsOf(folder)).toHaveLength(30);
		// The batch was cancelled before it ran: it tried nothing.
		expect(resultsOf(folder).map(({attempts}) => attempts)).toEqual(Array(30).fill(1));
	});

	it('keeps what a cancelled batch had finished', async () => {
		const folder = folderWith({'spec.yaml': spec});
		await submitAndLeave(folder, '--simulate=batch=3s');
		// The simulator's batches go on while nobody runs: half of it is done by then.
		await new Promise(resolve => setTimeout(resolve, 1500));
		const wiped = await runCli(['wipe', 'spec.yaml', '--requests', '--yes'], {cwd: folder});
		expect(wiped.code).toBe(0);
		const answered = journalOf(folder).filter(({type}) => type === 'attempt-answered').length;
		const afresh = Number(/^(\d+) requests? without a result/m.exec(wiped.stdout)?.[1]);
		expect(answered + afresh).toBe(30);
		expect(resultsOf(folder)).toHaveLength(answered);
	});

	it('forgets nothing when the API is out of reach, and exits 3; later the same command goes on', async () => {
		const simulator = await simulated('batch=60s');
		const folder = folderWith({'spec.yaml': spec});
		const env = {OPENAI_API_KEY: 'sk-test'};
		await submitAndLeave(folder, '--base-url', simulator.url);
		const wipe = ['wipe', 'spec.yaml', '--requests', '--yes', '--base-url'];
		const refused = await runCli([...wipe, 'http://127.0.0.1:9/v1'], {cwd: folder, env});
		expect(refused.code).toBe(3);
		expect(refused.stderr).toContain('Nothing was forgotten');
		expect(journalOf(folder).filter(({type}) => type === 'requests-wiped')).toEqual([]);
		expect((await runCli([...wipe, simulator.url], {cwd: folder, env})).code).toBe(0);
		const {data} = JSON.parse((await simulator.get('/batches')).text);
		expect(data.map(({status}: {status: string}) => status)).toEqual(['cancelled']);
		expect(JSON.parse((await simulator.get('/files')).text).data).toEqual([]);
	}, 90_000);

	it('goes on after a kill in the middle', async () => {
		const simulator = await simulated('batch=60s');
		const folder = folderWith({'spec.yaml': spec});
		await submitAndLeave(folder, '--base-url', simulator.url);
		const args = ['wipe', 'spec.yaml', '--requests', '--yes', '--base-url', simulator.url];
		const options = {cwd: folder, env: {OPENAI_API_KEY: 'sk-test', PROMPTBATCH_FAILPOINT: 'downloading'}};
		await runCli(args, options);
		expect(journalOf(folder).some(({type}) => type === 'requests-wiped')).toBe(false);
		const {code} = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
		expect(code).toBe(0);
		const last = await runCli(['status', 'spec.yaml', '--json'], {cwd: folder});
		expect(JSON.parse(last.stdout)).toMatchObject({requests: {pending: 30, done: 0}, batches: []});
	}, 60_000);
});

describe('wipe --all', () => {
	it('removes every file of the run, what is remote included, and leaves what is not its own', async () => {
		const simulator = await simulated('batch=60s');
		const folder = folderWith({'spec.yaml': specOf(30, 'mode: batch\nbatch: {poll_s: 0.1}')});
		await submitAndLeave(folder, '--base-url', simulator.url);
		mkdirSync(path.join(runOf(folder), 'inputs', 'mine'));
		for (const name of ['notes.txt', 'inputs/mine/x.csv']) {
			writeFileSync(path.join(runOf(folder), name), 'mine');
		}

		const args = ['wipe', 'spec.promptbatch', '--all', '--yes', '--base-url', simulator.url];
		const wiped = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
		expect(wiped.code).toBe(0);
		expect(wiped.stdout).toContain('spec.promptbatch/notes.txt');
		expect(wiped.stdout).toContain('spec.promptbatch/inputs/mine/x.csv');
		expect(
			filesBelow(runOf(folder))
				.map(file => path.relative(runOf(folder), file))
				.sort(),
		).toEqual(['inputs/mine/x.csv', 'notes.txt']);
		expect(JSON.parse((await simulator.get('/files')).text).data).toEqual([]);
	});

	it('removes the folder of a simulated run, also after a changed spec, and the next run is new', async () => {
		const folder = folderWith({'spec.yaml': specOf(5), 'rows.csv': 'n\n1\n'});
		expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
		writeFileSync(
			path.join(folder, 'spec.yaml'),
			'model: gpt-4o-mini\nmode: direct\nprompts: Tell {{n}}\nargs: {file: rows.csv}\n',
		);
		expect((await runCli(['spec.yaml', '--simulate', '--reinit-meta'], {cwd: folder})).code).toBe(0);
		expect((await runCli(['wipe', 'spec.yaml', '--all', '--yes'], {cwd: folder})).code).toBe(0);
		expect(existsSync(runOf(folder))).toBe(false);
		expect((await runCli(['spec.yaml', '--simulate', '--wipe-task'], {cwd: folder})).code).toBe(0);
		const again = await runCli(['spec.yaml', '--simulate', '--wipe-task', '--yes'], {cwd: folder});
		expect(again.code).toBe(0);
		expect(journalOf(folder).filter(({type}) => type === 'session-started')).toHaveLength(1);
	});

	it('leaves nothing of a run of a requests file', async () => {
		const line = (id: string) =>
			JSON.stringify({id, prompt: `Say ${id}`, api: 'openai', model_name: 'gpt-4o-mini'});
		const folder = folderWith({'spec.jsonl': `${line('a')}\n${line('b')}\n`});
		expect((await runCli(['spec.jsonl', '--simulate'], {cwd: folder})).code).toBe(0);
		const wiped = await runCli(['wipe', 'spec.jsonl', '--all', '--yes'], {cwd: folder});
		expect(wiped.stdout).not.toContain('Not of the run');
		expect(existsSync(runOf(folder))).toBe(false);
	});

	it('asks for a word in a terminal, and takes nothing else for a yes', async () => {
		const folder = folderWith({'spec.yaml': specOf(3)});
		expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
		const command = `cd ${folder} && exec "${process.execPath}" "${cliFile}" wipe spec.yaml --all`;
		const no = startInPty('sh', ['-c', command], {env: cliEnvironment()});
		await no.shows('Type all to go ahead');
		no.type('y\r');
		expect((await no.exited).exitCode).toBe(2);
		expect(resultsOf(folder)).toHaveLength(3);
		const yes = startInPty('sh', ['-c', command], {env: cliEnvironment()});
		await yes.shows('Type all to go ahead');
		yes.type('all\r');
		expect((await yes.exited).exitCode).toBe(0);
		expect(readdirSync(folder)).toEqual(['spec.yaml']);
	});

	it('leaves a run alone that another process holds', async () => {
		const folder = folderWith({'spec.yaml': specOf(200)});
		const child = startCli(['spec.yaml', '--simulate=latency=200ms', '--concurrency', '1'], {cwd: folder});
		await child.says('200 requests');
		for (const args of [['--failed'], ['--requests', '--yes'], ['--all', '--yes']]) {
			const refused = await runCli(['wipe', 'spec.yaml', ...args], {cwd: folder});
			expect(refused.code).toBe(4);
			expect(refused.stderr).toContain(`process ${child.pid}`);
		}

		child.kill('SIGKILL');
	});
});

/** Sends the batches of a spec and leaves them at the API. */
async function submitAndLeave(folder: string, ...args: readonly string[]): Promise<void> {
	const child = startCli(['spec.yaml', ...args], {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
	await child.says('submitted');
	child.kill('SIGTERM');
	expect((await child.ended).code).toBe(143);
}

function batchFiles(folder: string): readonly string[] {
	const batches = path.join(runOf(folder), 'batches');
	return existsSync(batches) ? readdirSync(batches) : [];
}
