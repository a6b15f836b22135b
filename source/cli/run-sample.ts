import process from 'node:process';
import type {SampleDone} from '../domain/sample-event.ts';
import {UserError} from '../domain/user-error.ts';
import {closingLines} from '../headless/closing-lines.ts';
import {createPlainLines} from '../headless/plain-lines.ts';
import {exitCodeOf} from './exit-code.ts';
import {resumeCommandOf} from './resume-command.ts';
import type {RunOptions} from './run-options.ts';
import {handleSignals} from './signals.ts';
import {startRun} from './start-run.ts';

/** What a sample came to; null where something else ended the session, which has been told then. */
export type SampleEnd = {readonly exitCode: number; readonly result: SampleDone | null};

/** One session of a run without a screen that ends when its sample is done. */
export async function runSample(options: RunOptions): Promise<SampleEnd> {
	const run = await startRun(options);
	const signals = handleSignals(run);
	const write = (line: string) => process.stdout.write(`${line}\n`);
	const lines = createPlainLines(write);
	let result: SampleDone | null = null;
	let isBegun = run.state.sample?.step === 'open';
	run.onEvent(event => {
		isBegun ||= event.type === 'sample-begun';
		result = event.type === 'sample-done' ? event : result;
	});
	try {
		lines.begin(run.begin);
		run.subscribe(() => lines.look(run.getSnapshot()));
		const end = await run.finished;
		lines.end(run.getSnapshot());
		if (result === null && !isBegun) {
			throw new UserError(
				'Every request was sent already: none is left to calibrate with.',
				'Give the spec more rows.',
			);
		}

		if (result === null) {
			write(closingLines(end, resumeCommandOf(options)).join('\n'));
		}

		return {exitCode: exitCodeOf(end), result};
	} finally {
		signals.ignore();
	}
}
