import {expect, it} from 'vitest';
import {runCli, startCli, until} from './cli-process.ts';
import {folderWith, journalOf, specOf} from './run-folder.ts';

const spec = specOf(30, 'mode: batch\nbatch: {poll_s: 0.1}\nlimits: {task: {cost: 1.5}}');

it('tells of batches, of what they hold and of ceilings, while another process runs it', async () => {
	const folder = folderWith({'spec.yaml': spec});
	const child = startCli(['spec.yaml', '--simulate=batch=60s'], {cwd: folder});
	await child.says('submitted');
	await until(() => journalOf(folder).some(({type}) => type === 'batch-submitted'), 'the batch on record');
	const {code, stdout} = await runCli(['status', 'spec.yaml'], {cwd: folder});
	expect(code).toBe(0);
	expect(stdout).toContain(`held by pid ${child.pid}`);
	expect(stdout).toContain('0 queued, 0 waiting, 0 in-flight, 30 batched');
	expect(stdout).toMatch(/^remote +1 batch with 30 requests/m);
	expect(stdout).toMatch(/^batch +1 batch_\w+ \w+: \d+ of 30, age 00:\d\d, expires in /m);
	expect(stdout).toMatch(/^ceiling +task\.cost of \$1\.50, \$0\.00 used up$/m);
	expect(stdout).toMatch(/^held +\$0\.000\d at most/m);
	const {stdout: text} = await runCli(['status', 'spec.promptbatch', '--json'], {cwd: folder});
	expect(JSON.parse(text)).toMatchObject({
		owner: {pid: child.pid},
		statuses: {batched: 30},
		batches: [{shard: 1, total: 30, cancelling: false, trouble: null}],
		remote: {batches: 1, requests: 30},
		unpushed: {shards: 0},
		ceilings: [{limit: 'task.cost', used: 0, of: 1.5}],
		force_direct: false,
		guard: {tripped: null},
	});
	child.kill('SIGKILL');
});

it('tells of shards that are prepared and of a lane that is held', async () => {
	const folder = folderWith({'spec.yaml': `${spec.replace('args:', 'remote: {max_batches: 0}\nargs:')}`});
	expect((await runCli(['spec.yaml', '--simulate'], {cwd: folder})).code).toBe(3);
	const {stdout} = await runCli(['status', 'spec.yaml'], {cwd: folder});
	expect(stdout).toMatch(/^unpushed +1 shard with 30 requests/m);
	expect(stdout).toMatch(/^batch +1 - cut: 0 of 30/m);
});

it('shows what a server said without what a terminal must not see', async () => {
	const folder = folderWith({'spec.yaml': specOf(3)});
	expect((await runCli(['spec.yaml', '--simulate=auth_after=0'], {cwd: folder})).code).toBe(3);
	const {stdout} = await runCli(['status', 'spec.yaml'], {cwd: folder});
	expect(stdout).toMatch(/^queue +openai\/gpt-4o-mini: 0 done, 0 failed, held: 401 auth/m);
	expect(stdout).toContain('held, nobody runs it');
});
