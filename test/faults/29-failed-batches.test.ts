import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {failuresOf, folderWith, journalOf, reportOf, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {type BatchObject, changedBatch} from './batch-edits.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {type Hook, witnessOf} from './witness.ts';

type BatchError = {readonly code: string; readonly line: number | null; readonly message: string};

function fail(batch: BatchObject, errors: readonly BatchError[]): void {
	Object.assign(batch, {
		status: 'failed',
		output_file_id: null,
		error_file_id: null,
		request_counts: {total: 0, completed: 0, failed: 0},
		errors: {object: 'list', data: errors.map(error => ({...error, param: null}))},
	});
}

/** The first batch fails at its validation, with these complaints. */
function firstFails(errors: readonly BatchError[]): Hook {
	let first: string | null = null;
	return ({kind}) =>
		kind === 'poll'
			? changedBatch(batch => {
					first ??= batch.id;
					if (batch.id === first) {
						fail(batch, errors);
					}
				})
			: undefined;
}

/** The second batch is too much beside the first, which is out until then. */
function secondIsTooMuch(): Hook {
	const ids: string[] = [];
	let isRefused = false;
	const message =
		'Enqueued token limit reached for gpt-4o-mini in organization org-1. Limit: 150 enqueued tokens. Please try again once some in_progress batches have been completed.';
	return ({kind}) =>
		kind === 'poll'
			? changedBatch(batch => {
					ids.push(...(ids.includes(batch.id) ? [] : [batch.id]));
					if (batch.id === ids[1]) {
						isRefused = true;
						fail(batch, [{code: 'token_limit_exceeded', line: null, message}]);
					} else if (!isRefused) {
						Object.assign(batch, {status: 'in_progress', output_file_id: null, error_file_id: null});
					}
				})
			: undefined;
}

const requests = 12;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}');

test('token_limit_exceeded: the shard waits for the one that is out, no person is asked, and all are done', async () => {
	const simulator = await simulated('batch=100ms');
	const witness = await witnessOf(simulator.url, secondIsTooMuch());
	const folder = folderWith({
		'spec.yaml': batchSpec(20, 'mode: batch\nbatch: {poll_s: 0.1, max_requests: 10}'),
	});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, 20);
	const released = journalOf(folder).filter(event => event.type === 'shard-released');
	expect(released.map(({reason}) => reason)).toContain('token-limit');
	// Not in a rush: as soon as the other has ended.
	await expectInvariants({folder, requests: 20, ends: [end], keys: [faultKey], witness, shards: 3});
}, 120_000);

test('invalid_json_line at a line: that item fails alone, and the rest goes again without it', async () => {
	const simulator = await simulated('batch=200ms');
	const witness = await witnessOf(
		simulator.url,
		firstFails([{code: 'invalid_json_line', line: 3, message: 'This line is not parseable as valid JSON.'}]),
	);
	const folder = folderWith({'spec.yaml': spec});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(1);
	expect(failuresOf(folder)).toMatchObject([
		{id: '2', error: {kind: 'invalid_request', code: 'invalid_json_line'}},
	]);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
	expect(reportOf(end.stdout).maybe_billed).toEqual({calls: 0, usd: 0});
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);

test.each<readonly [string, BatchError]>([
	['no line', {code: 'invalid_request', line: null, message: 'The file is not what it should be.'}],
	['a line, and what it says is true of all', {code: 'model_not_found', line: 1, message: 'No such model.'}],
])(
	'failed with %s: the run stops with the message, and goes on when a person says so',
	async (_, error) => {
		const simulator = await simulated('batch=200ms');
		const witness = await witnessOf(simulator.url, firstFails([error]));
		const folder = folderWith({'spec.yaml': spec});
		const stopped = await runAgainst(witness.url, folder);
		expect(stopped.code, stopped.stderr).toBe(3);
		expect(stopped.stderr).toContain(error.message);
		expect(reportOf(stopped.stdout).requests).toMatchObject({done: 0, failed: 0, pending: requests});
		expect(witness.of('create')).toHaveLength(1);
		const still = await runAgainst(witness.url, folder);
		expect(still.code, still.stderr).toBe(3);
		expect(witness.of('create')).toHaveLength(1);
		const end = await runAgainst(witness.url, folder, ['--unpause']);
		expect(end.code, end.stderr).toBe(0);
		expectRightResults(folder, requests);
		await expectInvariants({
			folder,
			requests,
			ends: [stopped, still, end],
			keys: [faultKey],
			witness,
			shards: 2,
		});
	},
	60_000,
);
