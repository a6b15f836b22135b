import {readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli, startCli} from './cli-process.ts';
import {filesBelow, folderWith, resultsOf, runOf, specOf} from './run-folder.ts';

it('shows for a fresh spec what would be sent, by which lane and why, and touches nothing', async () => {
	const folder = folderWith({
		'spec.yaml': specOf(150, 'mode: auto\nlimits: {task: {cost: 0.0001}, session: {requests: 100}}'),
	});
	const {code, stdout, stderr} = await runCli(['spec.yaml', '--dry-run'], {cwd: folder});
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	expect(filesBelow(folder)).toEqual([path.join(folder, 'spec.yaml')]);
	expect(stdout).toContain('150 of 150 would be sent');
	expect(stdout).toMatch(/^queue .*150 requests batch in 1 batch, as .*at least batch.min_requests 101$/m);
	expect(stdout).toMatch(/^ceiling +task\.cost of .* would be reached/m);
	expect(stdout).toMatch(/^ceiling +session\.requests of 100 would be reached/m);
	const bodies = [...stdout.matchAll(/^request +(\d+): (.*)$/gm)];
	expect(bodies.map(([, id]) => id)).toEqual(['0', '1', '2']);
	expect(JSON.parse(bodies[2]![2]!)).toEqual({
		model: 'gpt-4o-mini',
		messages: [{role: 'user', content: 'Say 2'}],
		max_tokens: 8,
	});
});

it('counts for an existing run only what is left, in one JSON object', async () => {
	const folder = folderWith({'spec.yaml': specOf(30)});
	expect((await runCli(['spec.yaml', '--simulate=auth_after=12'], {cwd: folder})).code).toBe(3);
	const before = snapshotOf(folder);
	const {code, stdout} = await runCli(['spec.yaml', '--simulate', '--dry-run', '--display', 'json'], {
		cwd: folder,
	});
	expect(code).toBe(0);
	const plan = JSON.parse(stdout);
	expect(plan).toMatchObject({event: 'plan', requests: 18, queues: [{lane: 'direct', requests: 18}]});
	expect(plan.plan.direct.calls).toBe(18);
	const left = new Set(resultsOf(folder).map(({id}) => id));
	expect(plan.first.some(({id}: {id: string}) => left.has(id))).toBe(false);
	expect(snapshotOf(folder)).toEqual(before);
});

it('looks on while another process runs it', async () => {
	const folder = folderWith({'spec.yaml': specOf(300)});
	const child = startCli(['spec.yaml', '--simulate=latency=200ms', '--concurrency', '1'], {cwd: folder});
	await child.says('300 requests');
	const {code, stdout} = await runCli(['spec.yaml', '--simulate', '--dry-run'], {cwd: folder});
	expect(code).toBe(0);
	expect(stdout).toContain('of 300 would be sent');
	child.kill('SIGKILL');
});

it('refuses what a start would refuse: a changed spec, another world', async () => {
	const folder = folderWith({'spec.yaml': specOf(5)});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(0);
	expect((await runCli(['spec.yaml', '--dry-run'], {cwd: folder})).code).toBe(2);
	writeFileSync(path.join(folder, 'spec.yaml'), specOf(8));
	const args = ['spec.yaml', '--simulate', '--dry-run'];
	const refused = await runCli(args, {cwd: folder});
	expect(refused).toMatchObject({code: 2, stdout: ''});
	expect(refused.stderr).toContain('--reinit-meta');
	const before = snapshotOf(folder);
	const accepted = await runCli([...args, '--reinit-meta'], {cwd: folder});
	expect(accepted.stdout).toContain('3 of 8 would be sent; 5 are done');
	expect(snapshotOf(folder)).toEqual(before);
});

it('shows bodies without what a terminal must not see, and shortened', async () => {
	const spec = `model: gpt-4o-mini\nmode: direct\nprompts: "{{a}}"\nargs:\n  - {a: "\\e[2J${'x'.repeat(2000)}"}\n`;
	const folder = folderWith({'spec.yaml': spec});
	const {code, stdout} = await runCli(['spec.yaml', '--dry-run'], {cwd: folder});
	expect(code).toBe(0);
	expect(stdout).not.toContain('\u001b');
	expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThan(600);
});

/** Every file of the run, with content and time. */
function snapshotOf(folder: string) {
	return filesBelow(runOf(folder)).map(file => [file, statSync(file).mtimeMs, readFileSync(file, 'latin1')]);
}
