import process from 'node:process';
import {noteKeysOf, withoutKeys} from '../api/known-keys.ts';
import {UserError} from '../domain/user-error.ts';
import {safeText} from '../view/safe-text.ts';

const bugExitCode = 70;

/** A mistake of the user's: one sentence and the fix. Anything else is a bug of ours and shows its stack. */
export function printError(error: unknown): number {
	noteKeysOf(process.env);
	if (error instanceof UserError) {
		process.stderr.write(
			`${[error.message, error.hint]
				.filter(Boolean)
				.map(text => safeText(withoutKeys(text), {newline: 'keep'}))
				.join('\n')}\n`,
		);
		return error.exitCode;
	}

	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	process.stderr.write(
		`promptbatch-tui met a bug of its own. What is on record is safe; the same command resumes.\n${safeText(withoutKeys(text), {newline: 'keep'})}\n`,
	);
	return bugExitCode;
}
