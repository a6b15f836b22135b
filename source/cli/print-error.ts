import process from 'node:process';
import {UserError} from '../domain/user-error.ts';
import {safeText} from '../view/safe-text.ts';

const bugExitCode = 70;

/** A mistake of the user's: one sentence and the fix. Anything else is a bug of ours and shows its stack. */
export function printError(error: unknown): number {
	if (error instanceof UserError) {
		process.stderr.write(
			`${[error.message, error.hint]
				.filter(Boolean)
				.map(text => safeText(text, {newline: 'keep'}))
				.join('\n')}\n`,
		);
		return error.exitCode;
	}

	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	process.stderr.write(
		`promptbatch-tui met a bug of its own. What is on record is safe; the same command resumes.\n${text}\n`,
	);
	return bugExitCode;
}
