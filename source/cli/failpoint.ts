import process from 'node:process';
import type {LifeStep} from '../engine/batch-lane-options.ts';

/**
 * `PROMPTBATCH_FAILPOINT=created` kills the process as `kill -9` would, the moment a batch gets there: for tests of
 * what a crash at exactly this step leaves behind. Undefined without the variable.
 */
export function failpoint(name = process.env.PROMPTBATCH_FAILPOINT): ((step: LifeStep) => void) | undefined {
	return name
		? step => {
				if (step === name) {
					process.kill(process.pid, 'SIGKILL');
				}
			}
		: undefined;
}
