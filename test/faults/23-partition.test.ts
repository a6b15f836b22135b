import {expect, test} from 'vitest';
import {batchSpec, expectNothingOrphaned, expectRightResults} from '../cli/batch-run.ts';
import {until} from '../cli/cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {startOnScreen} from '../cli/terminal.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultEnv, faultKey, startAgainst} from './program.ts';
import {full, times} from './strength.ts';
import {witnessOf} from './witness.ts';

/** Ten minutes, as a router takes that is switched off and on and looks for its line. */
const awayMs = times(3000, 600_000);
const limitMs = awayMs + 60_000;

/** The short form has no minutes for backoffs. */
const quick = full ? '' : 'retry: {initial_s: 0.05, max_s: 0.5}';

test(
	'direct calls: one probe at a time while the line is away, no request fails, and all are done after it',
	async () => {
		const simulator = await simulated('latency=20ms');
		const witness = await witnessOf(simulator.url);
		const folder = folderWith({'spec.yaml': specOf(120, `rate: {concurrency: 8}\n${quick}`)});
		const run = startOnScreen(['spec.yaml', '--base-url', witness.url, '--exit-when-done'], {
			cwd: folder,
			env: faultEnv,
		});
		await until(() => witness.of('direct').length > 20, 'calls', 60_000);
		witness.partition(true);
		await until(() => run.rows().join('\n').includes('OFFLINE'), 'the word offline', 15_000);
		await new Promise(resolve => setTimeout(resolve, awayMs));
		expect(run.rows().join('\n')).toContain('OFFLINE');
		const failedBefore = journalOf(folder).filter(event => event.type === 'attempt-failed');
		// Those that were out, five until it was known, and then one probe at a time, at most every half second.
		expect(failedBefore.length).toBeLessThan(30 + (awayMs / 60_000) * 400);
		witness.partition(false);
		expect((await run.exited).exitCode).toBe(0);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(120).keys()]);
		await expectInvariants({folder, requests: 120, ends: [], keys: [faultKey], witness, session: run});
	},
	limitMs,
);

test(
	'a batch: polls that fail say nothing of it; it is collected when the line is back, and made once',
	async () => {
		const simulator = await simulated('batch=500ms');
		const witness = await witnessOf(simulator.url);
		const folder = folderWith({'spec.yaml': batchSpec(20, `mode: batch\nbatch: {poll_s: 0.1}\n${quick}`)});
		const run = startAgainst(witness.url, folder);
		await until(() => witness.of('poll').length > 0, 'a poll', 60_000);
		witness.partition(true);
		await new Promise(resolve => setTimeout(resolve, awayMs));
		const during = journalOf(folder);
		expect(during.some(({type}) => type === 'batch-step-failed')).toBe(true);
		expect(during.some(({type}) => type === 'batch-rejected' || type === 'shard-released')).toBe(false);
		witness.partition(false);
		const end = await run.ended;
		expect(end.code, end.stderr).toBe(0);
		expectRightResults(folder, 20);
		expect(await expectNothingOrphaned(folder, simulator)).toBe(1);
		await expectInvariants({folder, requests: 20, ends: [end], keys: [faultKey], witness, shards: 1});
	},
	limitMs,
);
