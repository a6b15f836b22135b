import path from 'node:path';
import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {type MissingCounts, missingLines} from '../../spec/missing-rows.ts';
import {writeTo} from '../../store/export.ts';
import {count, plural} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {Flags} from '../flags.ts';
import {writeOutput} from '../write-output.ts';

/** What an output made elsewhere does not answer, as a new input file: to stdout, or to `--new FILE`. */
export async function missing(rest: readonly string[], flags: Flags): Promise<number> {
	const {input, output, new: file} = flags;
	if (rest.length > 0 || input === undefined || output === undefined) {
		throw new UserError(
			'missing compares an input file with an output that was made from it.',
			'Write promptbatch-tui missing --input experiment.jsonl --output completed.jsonl --new rest.jsonl',
		);
	}

	const isSame = (other: string) => file !== undefined && path.resolve(other) === path.resolve(file);
	if (isSame(input) || isSame(output)) {
		throw new UserError(`--new ${file} would overwrite what it is made from.`, 'Name another file.');
	}

	const counts: MissingCounts = {rows: 0, absent: 0, failed: 0};
	const lines = missingLines(input, output, counts);
	if (file === undefined) {
		await writeTo(process.stdout, process.stdout.isTTY ? cleaned(lines) : withBreaks(lines));
	} else {
		await writeOutput(file, withBreaks(lines));
	}

	const {rows, absent, failed} = counts;
	process.stderr.write(
		absent + failed === 0
			? `Nothing is missing: ${plural(rows, 'row')}, all answered.\n`
			: `${count(absent + failed)} of ${plural(rows, 'row')}: ${count(absent)} absent, ${count(failed)} failed.\n`,
	);
	return 0;
}

async function* withBreaks(lines: AsyncIterable<string>): AsyncGenerator<string> {
	for await (const line of lines) {
		yield `${line}\n`;
	}
}

/** A terminal gets no control sequence out of a file. */
async function* cleaned(lines: AsyncIterable<string>): AsyncGenerator<string> {
	for await (const line of lines) {
		yield `${safeText(line, {newline: 'keep', maxLength: Number.POSITIVE_INFINITY})}\n`;
	}
}
