import process from 'node:process';
import {safeText} from '../view/safe-text.ts';
import {writeToTerminal} from './terminal-write.ts';

/** The exit code of a bug of ours. */
const bugExitCode = 70;

/**
 * Ends the process after an error that nobody expected: its stack on stderr, cleaned, as a message may quote an
 * answer. Only the stack: the fields of an error can hold a whole request with its key.
 */
export function crash(error: unknown): never {
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	writeToTerminal(process.stderr.fd, `${safeText(text, {newline: 'keep'})}\n`);
	process.exit(bugExitCode);
}
