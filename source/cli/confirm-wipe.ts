import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {UserError} from '../domain/user-error.ts';
import {safeText} from '../view/safe-text.ts';

export type WipeQuestion = {
	/** What would go, a sentence each. */
	readonly lines: readonly string[];
	/** What must be typed: a number that was shown, or a word, never just a key. */
	readonly word: string;
	/** The flag that the command line needs where nobody can be asked. */
	readonly isYes: boolean;
};

/** Shows what would go and asks. Without a terminal only `--yes` says so; a no is a UserError, as nothing was done. */
export async function confirmWipe({lines, word, isYes}: WipeQuestion): Promise<void> {
	const {stdin, stderr} = process;
	stderr.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	if (isYes) {
		return;
	}

	if (stdin.isTTY !== true || stderr.isTTY !== true) {
		throw new UserError('Nothing was wiped: there is no terminal to ask in.', 'Add --yes to go ahead.');
	}

	const prompt = createInterface({input: stdin, output: stderr});
	const leave = new AbortController();
	prompt.once('close', () => leave.abort());
	const answer = await prompt
		.question(`Type ${safeText(word)} to go ahead, anything else leaves it as it is: `, {
			signal: leave.signal,
		})
		.catch(() => '');
	prompt.close();
	if (answer.trim() !== word) {
		throw new UserError('Nothing was wiped.');
	}
}
