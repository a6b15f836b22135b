import {writeFile} from 'node:fs/promises';
import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {starterSpec} from '../../spec/starter.ts';
import {safeText} from '../../view/safe-text.ts';

/** Writes a commented starter spec; an existing file is never overwritten. */
export async function init(rest: readonly string[]): Promise<number> {
	const [file = 'spec.yaml', extra] = rest;
	if (extra !== undefined) {
		throw new UserError('init writes one file.', 'Write promptbatch-tui init spec.yaml');
	}

	try {
		await writeFile(file, starterSpec, {flag: 'wx'});
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		throw code === 'EEXIST'
			? new UserError(`${file} is there already and is left as it is.`, 'Name another file.')
			: new UserError(`${file} cannot be written (${code}).`, 'Choose a folder that exists and is writable.');
	}

	const shown = safeText(file);
	process.stdout.write(
		`Wrote ${shown}.\nTry it for nothing: promptbatch-tui ${shown} --simulate\nWhat it would cost: promptbatch-tui check ${shown}\n`,
	);
	return 0;
}
