import {expect, test} from 'vitest';
import {startCli, until} from '../cli/cli-process.ts';
import {batchFault, expectOneBatch, key, killedAt} from './batch-fault.ts';

test('fault 5: kill -9 when the first lines of a result file are on record: no row twice, none lost', async () => {
	const fault = await batchFault();
	const killed = await killedAt('downloading', fault);
	await expectOneBatch(fault, killed);
	expect(fault.witness.of('download').length, 'downloaded again').toBeGreaterThan(1);
});

test('fault 5: kill -9 while a slow download is half way: downloaded again, no row twice', async () => {
	const fault = await batchFault(({kind, nthOfKind}) =>
		kind === 'download' && nthOfKind === 1 ? {act: 'drip', bytes: 20_000, everyMs: 100} : undefined,
	);
	const child = startCli(fault.args, {cwd: fault.folder, env: {OPENAI_API_KEY: key}});
	await until(() => fault.witness.of('download').some(({sent}) => sent !== null), 'a download');
	await child.says('"event":"request-finished"');
	child.kill('SIGKILL');
	const killed = await child.ended;
	expect(killed.signal).toBe('SIGKILL');
	expect(fault.witness.of('download')[0]!.isDelivered).toBe(false);
	await expectOneBatch(fault, killed);
});

test('fault 5: the connection breaks in the middle of a download: taken up again, no row twice', async () => {
	const fault = await batchFault(({kind, nthOfKind}) =>
		kind === 'download' && nthOfKind === 1 ? {act: 'cut', afterBytes: 30_000} : undefined,
	);
	await expectOneBatch(fault);
});
