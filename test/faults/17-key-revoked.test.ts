import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {runCli} from '../cli/cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {faultEnv, faultKey, runAgainst} from './program.ts';
import {type Hook, witnessOf} from './witness.ts';

const newKey = 'sk-fault-new-3Vd8sLq0Zy';
const keys = [faultKey, newKey];

/** What the API says to the old key, quoting it, once it is revoked. */
function revokedWhen(isRevoked: () => boolean): Hook {
	return ({headers}) =>
		isRevoked() && headers.authorization === `Bearer ${faultKey}`
			? {
					act: 'answer',
					status: 401,
					body: {
						error: {
							message: `Incorrect API key provided: ${faultKey}. You can find your API key at https://platform.openai.com.`,
							type: 'invalid_request_error',
							param: null,
							code: 'invalid_api_key',
						},
					},
				}
			: undefined;
}

test('in the middle of direct calls: nothing fails, one hold; a new key completes, and what is there stays as it is', async () => {
	const simulator = await simulated('latency=20ms');
	const witness = await witnessOf(
		simulator.url,
		revokedWhen(() => witness.of('direct').length > 10),
	);
	const folder = folderWith({'spec.yaml': specOf(40)});
	const args = ['--concurrency', '4'];
	const held = await runAgainst(witness.url, folder, args);
	expect(held.code, held.stderr).toBe(3);
	const [hold, ...others] = jsonLines(held.stdout).filter(({event}) => event === 'held');
	expect(hold).toMatchObject({queue: 'openai/gpt-4o-mini', reason: expect.stringContaining('401')});
	expect(others).toEqual([]);
	expect(reportOf(held.stdout)).toMatchObject({
		requests: {total: 40, done: 10, failed: 0, pending: 30},
		failures: {},
		exit_code: 3,
	});
	expect(journalOf(folder).filter(event => event.type === 'queue-held')).toMatchObject([
		{failure: {kind: 'auth', status: 401}},
	]);
	// Those that were under way when the first refusal came; none after it.
	expect(witness.of('direct').length).toBeLessThanOrEqual(10 + 4);
	const before = acknowledgedIn(folder);
	const sent = witness.calls.length;
	const still = await runCli(['spec.yaml', '--base-url', witness.url, ...args], {cwd: folder, env: faultEnv});
	expect(still.code).toBe(3);
	expect(still.stdout).toContain('is held');
	expect(still.stdout).toMatch(/resume +promptbatch-tui spec\.yaml --base-url/);
	expect(witness.calls.length - sent, 'one call to try the key').toBe(1);

	const end = await runAgainst(witness.url, folder, args, {OPENAI_API_KEY: newKey});
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(40).keys()]);
	expect(reportOf(end.stdout).requests).toMatchObject({done: 40, failed: 0});
	const [first, second] = witness.calls.slice(sent + 1);
	expect(second!.startedAtMs, 'the probe goes alone').toBeGreaterThanOrEqual(first!.endedAtMs! - 1);
	expect(witness.calls.length - sent - 1).toBe(30);
	await expectInvariants({folder, requests: 40, ends: [held, still, end], keys, before, witness});
});

test('while a batch is out: it is neither failed nor made twice; a new key collects it', async () => {
	const simulator = await simulated('batch=600ms');
	const witness = await witnessOf(
		simulator.url,
		revokedWhen(() => witness.of('create').length > 0 && witness.of('poll').length > 0),
	);
	const folder = folderWith({'spec.yaml': batchSpec(12, 'mode: batch\nbatch: {poll_s: 0.1}')});
	const held = await runAgainst(witness.url, folder);
	expect(held.code, held.stderr).toBe(3);
	expect(held.stderr).toContain('Incorrect API key provided');
	expect(jsonLines(held.stdout).filter(({event}) => event === 'held')).toHaveLength(1);
	expect(reportOf(held.stdout).requests).toMatchObject({done: 0, failed: 0, pending: 12});
	expect(journalOf(folder).some(({type}) => type === 'batch-rejected')).toBe(false);
	const end = await runAgainst(witness.url, folder, [], {OPENAI_API_KEY: newKey});
	expect(end.code, end.stderr).toBe(0);
	expectRightResults(folder, 12);
	expect(witness.of('create')).toHaveLength(1);
	await expectInvariants({folder, requests: 12, ends: [held, end], keys, witness, shards: 1});
});
