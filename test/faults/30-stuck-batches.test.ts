import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {batchSpec, expectRightResults} from '../cli/batch-run.ts';
import {startCli} from '../cli/cli-process.ts';
import {folderWith, resultsOf} from '../cli/run-folder.ts';
import {startOnScreen} from '../cli/terminal.ts';
import {simulated} from '../simulator/simulated.ts';
import {type BatchObject, changedBatch} from './batch-edits.ts';
import {fastClock} from './faked-clock.ts';
import {expectInvariants} from './invariants.ts';
import {faultEnv, faultKey} from './program.ts';
import {witnessOf} from './witness.ts';

const requests = 12;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 30}');

type Stuck = (batch: BatchObject) => Partial<BatchObject>;

/** A batch that stands, until the test lets it go. */
async function stuckAt(stands: Stuck) {
	let isStuck = true;
	const simulator = await simulated('batch=100ms');
	const witness = await witnessOf(simulator.url, ({kind}) =>
		kind === 'poll' && isStuck
			? changedBatch(batch =>
					Object.assign(batch, {output_file_id: null, error_file_id: null, ...stands(batch)}),
				)
			: undefined,
	);
	const letGo = () => {
		isStuck = false;
	};
	return {witness, folder: folderWith({'spec.yaml': spec}), letGo};
}

const none = {total: 0, completed: 0, failed: 0};
const dayS = 86_400;

const stuck: readonly (readonly [string, Stuck, RegExp])[] = [
	[
		'validating for an hour',
		() => ({status: 'validating', request_counts: none}),
		/has not moved for 1h: validating/,
	],
	[
		'in_progress 0/N for an hour',
		() => ({status: 'in_progress', request_counts: {...none, total: requests}}),
		/has not moved for 1h: in_progress 0\/12/,
	],
	[
		'finalizing an hour after it should have expired',
		batch => ({
			status: 'finalizing',
			expires_at: batch.expires_at - dayS - 3700,
			request_counts: {...none, total: requests, completed: requests - 1},
		}),
		/is overdue: finalizing 11\/12, 1h after it should have expired/,
	],
];

test('an hour of standing still, or overdue by an hour: a warning, with what can be done, and nothing is sent twice', async () => {
	await Promise.all(
		stuck.map(async ([what, stands, warning]) => {
			const {witness, folder, letGo} = await stuckAt(stands);
			// An hour in four seconds: its own clocks run so fast, those of the API do not.
			const run = startCli(['spec.yaml', '--base-url', witness.url, '--display', 'plain'], {
				cwd: folder,
				env: {...faultEnv, ...fastClock(1000)},
			});
			await run.says('Nothing of it is sent again by itself');
			const said = run.stdout() + run.stderr();
			expect(said, what).toMatch(warning);
			expect(said).toMatch(/x or D in pane 2.*wipe --requests/);
			expect(witness.of('create')).toHaveLength(1);
			expect(witness.of('direct')).toEqual([]);
			letGo();
			const end = await run.ended;
			expect(end.code, end.stderr).toBe(0);
			expectRightResults(folder, requests);
			await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 1});
		}),
	);
}, 90_000);

test('moved to direct by a person: cancelled first, then what it left open goes direct, and each is paid once', async () => {
	const simulator = await simulated('batch=300ms,stuck=3');
	const witness = await witnessOf(simulator.url);
	const folder = folderWith({'spec.yaml': spec.replace('poll_s: 30', 'poll_s: 0.1')});
	const args = ['spec.yaml', '--base-url', witness.url, '--exit-when-done'];
	const run = startOnScreen(args, {cwd: folder, env: faultEnv});
	await run.shows('75%');
	run.type('2');
	await run.shows('>#1 ');
	run.type('D');
	await run.shows('of batch #1 to direct');
	// A question can be answered once it could be read.
	await delay(400);
	run.type('y');
	expect((await run.exited).exitCode).toBe(0);
	const kinds = witness.calls.map(({kind}) => kind);
	expect(kinds.indexOf('direct')).toBeGreaterThan(kinds.indexOf('cancel'));
	expect(witness.of('direct')).toHaveLength(3);
	expect(resultsOf(folder).filter(({mode}) => mode === 'batch')).toHaveLength(9);
	await expectInvariants({folder, requests, ends: [], keys: [faultKey], witness, shards: 1, session: run});
}, 60_000);
