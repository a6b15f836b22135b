import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type CliEnd, type CliProcess, runCli, startCli, until} from '../cli/cli-process.ts';
import {folderWith, journalOf, runOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {injectInto, smallDisk} from './disk-faults.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {full} from './strength.ts';
import {type Witness, witnessOf} from './witness.ts';

const key = 'sk-test-fault-10';
const env = {OPENAI_API_KEY: key};
const requests = 60;
const concurrency = 4;
const spec = specOf(requests, `rate: {concurrency: ${concurrency}}`);

/** Everything that runs lies in `folder`. */
async function start(folder: string) {
	const witness = await witnessOf((await simulated('latency=50ms')).url);
	const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
	const child = startCli(args, {cwd: folder, env});
	await child.says('"event":"request-finished"');
	return {witness, args, child};
}

/** The disk is full now: it is said, nothing leaves any more, and when it is well again the run ends as always. */
async function expectPatience(
	child: CliProcess,
	{folder, witness, free}: {folder: string; witness: Witness; free: () => void | Promise<void>},
): Promise<void> {
	await child.says('The disk refuses the journal');
	await until(() => witness.of('direct').every(({endedAtMs}) => endedAtMs !== null), 'nothing in flight');
	const before = acknowledgedIn(folder);
	const sent = witness.of('direct').length;
	expect(sent).toBeLessThan(requests);
	// It is tried again each second.
	await new Promise(resolve => setTimeout(resolve, 1500));
	expect(witness.of('direct'), 'sent although it cannot be put on record').toHaveLength(sent);
	await free();
	const end = await child.ended;
	expect(end.code, end.stderr).toBe(0);
	expect(end.stderr).toContain('The disk takes the journal again');
	expect(witness.of('direct'), 'no answer was bought twice').toHaveLength(requests);
	await expectInvariants({folder, requests, ends: [end], keys: [key], before, witness});
}

test('fault 10: a full disk: nothing new leaves, answers are kept, and it goes on when there is room', async () => {
	const disk = smallDisk(folderWith({}));
	if (!disk) {
		await expectPatienceAtENOSPC();
		return;
	}

	const folder = path.join(disk.folder, 'work');
	mkdirSync(folder);
	writeFileSync(path.join(folder, 'spec.yaml'), spec);
	const {witness, child} = await start(folder);
	disk.fill();
	await expectPatience(child, {folder, witness, free: disk.free});
});

if (full) {
	test('fault 10: ENOSPC by strace', expectPatienceAtENOSPC);
}

/** As on a full disk, where none may be mounted. */
async function expectPatienceAtENOSPC(): Promise<void> {
	const folder = folderWith({'spec.yaml': spec});
	const {witness, child} = await start(folder);
	const free = await injectInto(child.pid, 'write:error=ENOSPC', path.join(runOf(folder), 'journal.jsonl'));
	await expectPatience(child, {folder, witness, free});
}

test('fault 10: EIO of every fdatasync: nothing more is built on it, and it goes on when that is over', async () => {
	const folder = folderWith({'spec.yaml': spec});
	const {witness, child} = await start(folder);
	const free = await injectInto(child.pid, 'fdatasync:error=EIO');
	await expectPatience(child, {folder, witness, free});
});

test('fault 10: files may not grow any more (ulimit -f): it says so, and loses and repeats little', async () => {
	const folder = folderWith({'spec.yaml': spec});
	const witness = await witnessOf((await simulated('latency=50ms')).url);
	const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
	const limited = startCli(args, {cwd: folder, env, before: 'ulimit -f 12'});
	await limited.says('The disk refuses the journal: EFBIG');
	limited.kill('SIGTERM');
	await new Promise(resolve => setTimeout(resolve, 300));
	// The second does not wait for answers that cannot be written.
	limited.kill('SIGTERM');
	const stopped: CliEnd = await limited.ended;
	expect(stopped.code, stopped.stderr).toBe(2);
	expect(stopped.stderr).toMatch(/Cannot write .*journal\.jsonl: EFBIG/);
	const before = acknowledgedIn(folder);
	expect(before.length).toBeGreaterThan(0);
	const end = await runCli(args, {cwd: folder, env});
	expect(end.code, end.stderr).toBe(0);
	const lost = journalOf(folder).flatMap(event => (event.type === 'attempts-lost' ? event.indexes : []));
	expect(lost.length, 'answers that could not be written are counted as maybe billed').toBeLessThanOrEqual(
		concurrency,
	);
	await expectInvariants({folder, requests, ends: [stopped, end], keys: [key], before, witness});
});
