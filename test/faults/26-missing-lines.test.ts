import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {changedLines} from './batch-edits.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {witnessOf} from './witness.ts';

const requests = 20;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}\nguard: {max_pass_failures: 20}');

/** The API counts all lines as completed and leaves these out: it ran them, and they are billed. */
const without = (positions: readonly number[]) =>
	changedLines(lines => lines.filter((_, at) => !positions.includes(at)).map(line => `${line}\n`));

test('three lines are in neither file: asked once more, by a batch of their own, and counted as perhaps billed', async () => {
	const simulator = await simulated('batch=200ms');
	const witness = await witnessOf(simulator.url, ({kind, nthOfKind}) =>
		kind === 'download' && nthOfKind === 1 ? without([3, 4, 19]) : undefined,
	);
	const folder = folderWith({'spec.yaml': spec});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, requests);
	const collected = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(collected.map(({outcomes}) => outcomes)).toMatchObject([
		{done: 17, missing: 3},
		{done: 3, missing: 0},
	]);
	expect(reportOf(end.stdout).maybe_billed.calls).toBe(3);
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);

test('left out again: they fail as missing, and none is dropped', async () => {
	const simulator = await simulated('batch=200ms');
	const witness = await witnessOf(simulator.url, ({kind, nthOfKind}) =>
		kind === 'download' ? without(nthOfKind === 1 ? [0, 7] : [0, 1]) : undefined,
	);
	const folder = folderWith({'spec.yaml': spec});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(1);
	expect(failuresOf(folder)).toMatchObject([
		{id: '0', attempts: 2, error: {kind: 'missing'}},
		{id: '7', attempts: 2, error: {kind: 'missing'}},
	]);
	expect(resultsOf(folder)).toHaveLength(requests - 2);
	expect(reportOf(end.stdout)).toMatchObject({failures: {missing: 2}, maybe_billed: {calls: 4}});
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);
