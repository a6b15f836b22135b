import {expect, test} from 'vitest';
import {type CliProcess, startCli} from '../cli/cli-process.ts';
import {batchFault, expectOneBatch, key, killedAt} from './batch-fault.ts';
import {full} from './strength.ts';

test('fault 1: kill -9 between upload and create: the file is found again, and there is one batch', async () => {
	const fault = await batchFault();
	const killed = await killedAt('uploaded', fault);
	expect(fault.witness.of('create')).toHaveLength(0);
	await expectOneBatch(fault, killed);
	expect(fault.witness.of('upload'), 'found by its name and size').toHaveLength(1);
	expect(fault.witness.of('create')).toHaveLength(1);
});

test('fault 1: kill -9 when the create call is about to leave: it is looked for, then created once', async () => {
	const fault = await batchFault();
	const killed = await killedAt('creating', fault);
	expect(fault.witness.of('create')).toHaveLength(0);
	await expectOneBatch(fault, killed);
	expect(fault.witness.of('upload')).toHaveLength(1);
	expect(fault.witness.of('create')).toHaveLength(1);
	expect(fault.witness.of('batches').length, 'lists before it').toBeGreaterThan(0);
});

if (full) {
	test('fault 1: kill -9 during the upload: it is uploaded again once', async () => {
		let child: CliProcess | null = null;
		const fault = await batchFault(({kind, nthOfKind}) => {
			if (kind !== 'upload' || nthOfKind > 1) {
				return undefined;
			}

			child?.kill('SIGKILL');
			return {act: 'refuse'};
		});
		child = startCli(fault.args, {cwd: fault.folder, env: {OPENAI_API_KEY: key}});
		const killed = await child.ended;
		expect(killed.signal).toBe('SIGKILL');
		await expectOneBatch(fault, killed);
		expect(fault.witness.of('upload')).toHaveLength(2);
		expect(fault.witness.of('create')).toHaveLength(1);
	});
}
