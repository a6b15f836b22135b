import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {failuresOf, folderWith, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {type BatchObject, changedBatch, changedLines} from './batch-edits.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {type Hook, type Witness, witnessOf} from './witness.ts';

const requests = 10;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}\nguard: {max_pass_failures: 20}');

/** Changes what a poll tells of a batch that is completed. */
function completedAs(change: (batch: BatchObject) => void): Hook {
	return ({kind}) =>
		kind === 'poll' ? changedBatch(batch => batch.status === 'completed' && change(batch)) : undefined;
}

async function run(hook: Hook) {
	const simulator = await simulated('batch=200ms');
	const witness = await witnessOf(simulator.url, hook);
	const folder = folderWith({'spec.yaml': spec});
	return {witness, folder, end: await runAgainst(witness.url, folder)};
}

function expectNoEmptyId(witness: Witness): void {
	expect(
		witness.calls.map(({path}) => path).filter(path => /\/files\/(\/|null|undefined|$)/.test(path)),
	).toEqual([]);
}

const noErrors: readonly (readonly [string, Hook])[] = [
	['""', completedAs(batch => Object.assign(batch, {error_file_id: ''}))],
	['left out', completedAs(batch => delete (batch as Partial<BatchObject>).error_file_id)],
	[
		'that of an empty file',
		call =>
			call.kind === 'download' && call.path.includes('file-empty')
				? {act: 'answer', status: 200, body: ''}
				: completedAs(batch => Object.assign(batch, {error_file_id: 'file-empty'}))(call),
	],
];

async function expectClean(what: string, hook: Hook): Promise<void> {
	const {witness, folder, end} = await run(hook);
	expect(end.code, `${what}: ${end.stderr}`).toBe(0);
	expectRightResults(folder, requests);
	expectNoEmptyId(witness);
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 1});
}

test('an error_file_id that is empty, left out, or that of an empty file: a clean batch is clean', async () => {
	await Promise.all(noErrors.map(async ([what, hook]) => expectClean(what, hook)));
}, 60_000);

test('no output_file_id, as every line failed: the error file is read, and all fail as what it says', async () => {
	const asErrors = changedLines(lines =>
		lines.map(line => {
			const {id, custom_id} = JSON.parse(line);
			const body = {error: {message: 'Bad image', type: 'invalid_request_error', param: null, code: null}};
			return `${JSON.stringify({id, custom_id, response: {status_code: 400, request_id: 'req_1', body}, error: null})}\n`;
		}),
	);
	const {witness, folder, end} = await run(call =>
		call.kind === 'download'
			? asErrors
			: completedAs(batch => {
					Object.assign(batch, {
						output_file_id: null,
						error_file_id: batch.output_file_id,
						request_counts: {total: requests, completed: 0, failed: requests},
					});
				})(call),
	);
	expect(end.code, end.stderr).toBe(1);
	expect(failuresOf(folder).map(({error}) => [error.kind, error.status, error.message])).toEqual(
		Array(requests).fill(['invalid_request', 400, 'Bad image']),
	);
	expect(resultsOf(folder)).toEqual([]);
	expectNoEmptyId(witness);
	// The API behind the witness did answer: what it billed is no part of this story.
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey]});
}, 60_000);

test('an output_file_id that is not there for a moment, although lines are counted: it is waited for', async () => {
	await Promise.all(
		[null, ''].map(async id => {
			let polls = 0;
			await expectClean(
				`"${id}"`,
				completedAs(batch => {
					if (++polls <= 2) {
						batch.output_file_id = id;
					}
				}),
			);
		}),
	);
}, 60_000);

test('an output file that never comes: its lines are missing, and go once more', async () => {
	let first: string | null = null;
	const {witness, folder, end} = await run(
		completedAs(batch => {
			first ??= batch.id;
			if (batch.id === first) {
				batch.output_file_id = null;
			}
		}),
	);
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, requests);
	expectNoEmptyId(witness);
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 2});
}, 60_000);
