import {writeSync} from 'node:fs';
import process from 'node:process';
import {type LifeStep, lifeSteps} from '../domain/life-step.ts';
import type {JournalOptions} from '../store/journal.ts';

export type OnStep = (step: LifeStep) => void;

/** What a session must tell, and do, so that it ends where a test wants it. */
export type Failpoint = {readonly onStep?: OnStep; readonly write?: NonNullable<JournalOptions['write']>};

/**
 * `PROMPTBATCH_FAILPOINT=created` kills the process as `kill -9` would, the moment it gets there, `created:3` the third
 * time: for tests of what a crash at exactly this step leaves behind. Empty without the variable.
 */
export function failpoint(wanted = process.env.PROMPTBATCH_FAILPOINT): Failpoint {
	if (!wanted) {
		return {};
	}

	const [name = '', nth = '1'] = wanted.split(':');
	if (!(name in lifeSteps)) {
		throw new Error(`PROMPTBATCH_FAILPOINT: there is no step ${name}`);
	}

	let left = Number(nth);
	const isNow = (step: LifeStep) => step === name && --left === 0;
	return {
		onStep(step) {
			if (isNow(step)) {
				die();
			}
		},
		write(file, bytes, start, length) {
			if (!isNow('torn')) {
				return writeSync(file, bytes, start, length);
			}

			writeSync(file, bytes, start, Math.ceil(length / 2));
			return die();
		},
	};
}

function die(): never {
	process.kill(process.pid, 'SIGKILL');
	throw new Error('killed');
}
