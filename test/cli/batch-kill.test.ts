import {expect, test} from 'vitest';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {batchSpec, expectNothingOrphaned, expectRightResults} from './batch-run.ts';
import {runCli, startCli} from './cli-process.ts';
import {folderWith, reportOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-kill'};

/** At the other steps: `test/faults/01`, `02` and `05`. */
const steps = ['cut', 'polling', 'collected', 'cleaned-up'];

test.each(steps)(
	'kill -9 at “%s”: one result each, one batch each, nothing orphaned',
	async step => {
		const simulator = await simulated('batch=400ms,shuffle');
		const spec = batchSpec(300, 'mode: batch\nbatch: {max_requests: 120, poll_s: 0.1}');
		const folder = folderWith({'spec.yaml': spec});
		const killed = await runCli(argsOf(simulator), {
			cwd: folder,
			env: {...env, PROMPTBATCH_FAILPOINT: step},
		});
		expect(killed.signal, killed.stderr).toBe('SIGKILL');
		const {code, stdout, stderr} = await runCli(argsOf(simulator), {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expectRightResults(folder, 300);
		expect(await expectNothingOrphaned(folder, simulator)).toBe(3);
		expect(reportOf(stdout)).toMatchObject({
			requests: {total: 300, done: 300, failed: 0, pending: 0},
			mode: {direct: 0, batch: 300},
		});
	},
	60_000,
);

const kills = 50;

test(`kill -9 at ${kills} random instants of mixed runs: one result each, nothing orphaned`, async () => {
	const random = seededRandom(testSeed('kill -9 in both lanes'));
	// The first batch expires half way: what it leaves goes direct, while the others are still out.
	const script = 'batch=500ms,shuffle,expire=1,500=5%,429=3%,latency=10..60ms';
	const spec = batchSpec(
		330,
		'mode: auto\nbatch: {max_requests: 110, poll_s: 0.1}\nrate: {concurrency: 8}\nretry: {max_retries: 20, initial_s: 0.02, max_s: 0.1}',
	);
	let direct = 0;
	for (let left = kills; left > 0; ) {
		const simulator = await simulated(script);
		const folder = folderWith({'spec.yaml': spec});
		for (let goesOn = true; goesOn && left > 0; ) {
			goesOn = await killOnce(folder, simulator, random);
			left -= goesOn ? 1 : 0;
		}

		const {code, stdout, stderr} = await runCli(argsOf(simulator), {cwd: folder, env});
		expect(code, stderr).toBe(0);
		expectRightResults(folder, 330);
		await expectNothingOrphaned(folder, simulator);
		direct += reportOf(stdout).mode.direct;
	}

	expect(direct, 'leftovers went direct').toBeGreaterThan(0);
}, 300_000);

/** False when the run was finished before the kill. */
async function killOnce(folder: string, simulator: Simulated, random: () => number): Promise<boolean> {
	const child = startCli(argsOf(simulator), {cwd: folder, env});
	await new Promise(resolve => setTimeout(resolve, 150 + random() * 1200));
	child.kill('SIGKILL');
	const {signal} = await child.ended;
	return signal === 'SIGKILL';
}

function argsOf({url}: Simulated): readonly string[] {
	return ['spec.yaml', '--base-url', url, '--display', 'json'];
}
