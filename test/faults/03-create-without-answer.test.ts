import {expect, test} from 'vitest';
import {journalOf} from '../cli/run-folder.ts';
import {batchFault, expectOneBatch} from './batch-fault.ts';
import {full, times} from './strength.ts';
import type {Act} from './witness-act.ts';

const faults: readonly (readonly [string, Act])[] = [
	['is answered with 502', {act: 'instead', status: 502, body: '<html>Bad gateway</html>'}],
	['never gets an answer', {act: 'hang'}],
	['is cut off before the answer', {act: 'cut'}],
	['is cut off in the middle of the answer', {act: 'cut', afterBytes: 40}],
];

test.each(faults.slice(0, times(2, faults.length)))(
	'fault 3: the batch was made, and its create call %s: it is looked for, and not created again',
	async (_, act) => {
		const fault = await batchFault(({kind, nthOfKind}) =>
			kind === 'create' && nthOfKind === 1 ? act : undefined,
		);
		await expectOneBatch(fault);
		expect(fault.witness.of('create'), 'create calls').toHaveLength(1);
		expect(fault.witness.of('batches').length, 'lists').toBeGreaterThan(0);
		expect(journalOf(fault.folder)).toContainEqual(
			expect.objectContaining({type: 'batch-submitted', isAdopted: true}),
		);
	},
);

if (full) {
	test('fault 3: the create call got 502 and the batch was not made: listed first, then created', async () => {
		const fault = await batchFault(({kind, nthOfKind}) =>
			kind === 'create' && nthOfKind === 1 ? {act: 'answer', status: 502, body: 'Bad gateway'} : undefined,
		);
		await expectOneBatch(fault);
		const order = fault.witness.calls.flatMap(({kind}) =>
			kind === 'create' || kind === 'batches' ? [kind] : [],
		);
		// What was not found at first may have been listed late: it is looked for twice.
		expect(order).toEqual(['create', 'batches', 'batches', 'create']);
	});
}
