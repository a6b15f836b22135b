import {expect, test} from 'vitest';
import {journalOf} from '../cli/run-folder.ts';
import {batchFault, expectOneBatch, killedAt, listed} from './batch-fault.ts';

test('fault 2: kill -9 after the reply to create, before it is on record: the batch is adopted', async () => {
	const fault = await batchFault();
	const {folder, simulator, witness} = fault;
	const killed = await killedAt('created', fault);
	const [made] = await listed(simulator, '/batches?limit=100');
	expect(made).toBeDefined();
	expect(journalOf(folder).at(-1)).toMatchObject({type: 'batch-submitting'});

	await expectOneBatch(fault, killed);
	expect(witness.of('create'), 'create calls').toHaveLength(1);
	expect(journalOf(folder).filter(({type}) => type === 'batch-submitted')).toMatchObject([
		{batchId: made!.id, isAdopted: true},
	]);
});
