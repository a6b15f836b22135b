import {expect, test} from 'vitest';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {batchSpec, expectNothingOrphaned, expectRightResults} from './batch-run.ts';
import {runCli} from './cli-process.ts';
import {folderWith, reportOf} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-kill'};

/** At the other steps: `test/faults/01`, `02` and `05`. At random instants: `test/torture`. */
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

function argsOf({url}: Simulated): readonly string[] {
	return ['spec.yaml', '--base-url', url, '--display', 'json'];
}
