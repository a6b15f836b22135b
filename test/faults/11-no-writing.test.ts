import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type CliEnd, runCli} from '../cli/cli-process.ts';
import {folderWith, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {remount, smallDisk} from './disk-faults.ts';
import {expectInvariants} from './invariants.ts';
import {full} from './strength.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-11';
const env = {OPENAI_API_KEY: key};
const requests = 4;

/** Runs into the fault, then without it: not a call leaves before the disk is known to take what it costs. */
async function expectNoMoneySpent(
	folder: string,
	fault: {readonly under?: readonly string[]; readonly says: RegExp; readonly mend?: () => void},
): Promise<void> {
	const witness = await witnessOf((await simulated()).url);
	const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
	const refused: CliEnd = await runCli(args, {cwd: folder, env, ...(fault.under && {under: fault.under})});
	expect(witness.calls.length, 'calls').toBe(0);
	expect(refused.code, refused.stdout + refused.stderr).toBe(2);
	expect(refused.stderr).toMatch(fault.says);
	expect(refused.stderr, 'what can be done').toContain('--dir');
	fault.mend?.();
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	await expectInvariants({folder, requests, ends: [refused, end], keys: [key], witness});
}

/** System calls at a path fail there. The path is as the program gives it. */
function failing(errno: string, calls: string, file: string): readonly string[] {
	return [
		'strace',
		'-f',
		'-qq',
		'-o',
		'/dev/null',
		'-P',
		file,
		'-e',
		`trace=${calls}`,
		'-e',
		`inject=${calls}:error=${errno}`,
	];
}

test('fault 11: EACCES where the run directory would be made: nothing is sent', async () => {
	const folder = folderWith({'spec.yaml': specOf(requests)});
	await expectNoMoneySpent(folder, {
		under: failing('EACCES', 'mkdir', 'spec.promptbatch'),
		says: /spec\.promptbatch: EACCES\./,
	});
});

test('fault 11: a journal that may not be opened any more: nothing is sent', async () => {
	const folder = folderWith({'spec.yaml': specOf(requests)});
	expect((await runCli(['spec.yaml', '--no-run'], {cwd: folder, env})).code).toBe(0);
	await expectNoMoneySpent(folder, {
		under: failing('EACCES', 'openat', 'spec.promptbatch/journal.jsonl'),
		says: /journal\.jsonl: EACCES\./,
	});
});

test('fault 11: a file system without locks (NFS): nothing is sent', async () => {
	const folder = folderWith({'spec.yaml': specOf(requests)});
	expect((await runCli(['spec.yaml', '--no-run'], {cwd: folder, env})).code).toBe(0);
	await expectNoMoneySpent(folder, {
		under: failing('ENOLCK', 'openat', 'spec.promptbatch/lock'),
		says: /lock: ENOLCK\./,
	});
});

test('fault 11: a disk that is read-only, or says so: nothing is sent', async () => {
	const parent = folderWith({});
	const disk = smallDisk(parent);
	const folder = path.join(disk?.folder ?? parent, 'work');
	mkdirSync(folder);
	writeFileSync(path.join(folder, 'spec.yaml'), specOf(requests));
	const isReadOnly = disk !== null && remount(disk.folder, 'ro');
	await expectNoMoneySpent(folder, {
		...(isReadOnly ? null : {under: failing('EROFS', 'mkdir', 'spec.promptbatch')}),
		says: /spec\.promptbatch: EROFS\..*\n?.*--dir/,
		mend: () => void (isReadOnly && remount(disk.folder, 'rw')),
	});
});

if (full) {
	test('fault 11: an fsync of the inputs that fails: nothing is sent', async () => {
		const folder = folderWith({'spec.yaml': specOf(requests)});
		const under = [
			'strace',
			'-f',
			'-qq',
			'-o',
			'/dev/null',
			'-e',
			'trace=fsync',
			'-e',
			'inject=fsync:error=EIO',
		];
		await expectNoMoneySpent(folder, {under, says: /EIO/});
	});
}
