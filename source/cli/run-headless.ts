import process from 'node:process';
import {closingLines} from '../headless/closing-lines.ts';
import {createJsonLines} from '../headless/json-lines.ts';
import {createPlainLines} from '../headless/plain-lines.ts';
import {safeText} from '../view/safe-text.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {divertWarnings} from './divert-output.ts';
import {exitCodeOf} from './exit-code.ts';
import {runHooks} from './hooks.ts';
import {printError} from './print-error.ts';
import type {RunOptions} from './run-options.ts';
import {sayAside} from './say-aside.ts';
import type {Session} from './session.ts';
import {settleHooks} from './settle-hooks.ts';
import {handleSignals} from './signals.ts';
import {startRun} from './start-run.ts';
import {systemClock} from './system-clock.ts';

/** Of one call, request and answer together. */
const longestDump = 1_000_000;

/** A run without a screen: in this thread, as nothing here can hold it up. */
export async function runHeadless(
	options: RunOptions,
	display: 'plain' | 'json' | 'none',
	resumeCommand: string,
): Promise<number> {
	// Node's own code for what nobody caught is 1, which here means that requests failed.
	process.once('uncaughtException', error => process.exit(printError(error)));
	divertWarnings(sayAside);
	const run = await startRun(options);
	// Lines that nobody reads any more go nowhere, and the run goes on.
	const signals = handleSignals(run, {onDetach: options.onHangUp === 'continue' ? () => {} : null});
	const hooks = runHooks(run);
	const write = (line: string) => process.stdout.write(`${line}\n`);
	run.onDump(({text}) => {
		const stream = display === 'plain' ? process.stdout : process.stderr;
		stream.write(`${safeText(text, {maxLength: longestDump, newline: 'keep'})}\n`);
	});
	try {
		if (display === 'plain') {
			const lines = createPlainLines(write);
			lines.begin(run.begin);
			run.subscribe(() => lines.look(run.getSnapshot()));
			const end = await run.finished;
			await settleHooks(hooks);
			lines.end(run.getSnapshot());
			write(closingLines(end, resumeCommand).join('\n'));
			return exitCodeOf(end);
		}

		// What was mended or is odd at the start is nothing that stdout was asked for, and nothing to keep quiet about.
		tell(run.getSnapshot(), 'warn');
		tellOfFullDisk(run);
		const lines = display === 'json' ? createJsonLines(run.context, write) : null;
		lines?.begin(run.begin);
		if (lines) {
			run.onEvent(lines.observe);
		}

		const end = await run.finished;
		(await settleHooks(hooks)).forEach(sayAside);
		lines?.end(end.report, exitCodeOf(end), systemClock.now());
		if (end.reason === 'stuck') {
			// What only a person can mend must reach one, whatever reads stdout.
			process.stderr.write(`${closingLines(end, resumeCommand).join('\n')}\n`);
		}

		if (end.reason === 'done') {
			tell(run.getSnapshot(), 'error');
		}

		return exitCodeOf(end);
	} finally {
		signals.ignore();
	}
}

/** What holds everything up must not look like patience. */
function tellOfFullDisk(run: Session): void {
	let wasFull = false;
	run.subscribe(() => {
		const {phase, phaseDetail} = run.getSnapshot();
		const isFull = phase === 'DISK FULL';
		if (isFull !== wasFull) {
			sayAside(isFull ? `The disk refuses the journal: ${phaseDetail}` : 'The disk takes the journal again.');
		}

		wasFull = isFull;
	});
}

/** A display without notices must not keep quiet about a journal that was mended, or results that are missing. */
function tell(snapshot: RunSnapshot | null, told: 'warn' | 'error'): void {
	for (const {level, text, isQuiet} of snapshot?.notices ?? []) {
		if (level === told && !isQuiet) {
			sayAside(text);
		}
	}
}
