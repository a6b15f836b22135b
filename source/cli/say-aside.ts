import process from 'node:process';
import {withoutKeys} from '../api/known-keys.ts';
import {safeText} from '../view/safe-text.ts';

/** What is not the answer of a command: questions, reasons, warnings. */
export function sayAside(line: string): void {
	process.stderr.write(`${safeText(withoutKeys(line))}\n`);
}
