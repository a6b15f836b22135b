import path from 'node:path';
import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {exportRows, writeTo} from '../../store/export.ts';
import {safeText} from '../../view/safe-text.ts';
import {exportComparison} from '../export-comparison.ts';
import type {Flags} from '../flags.ts';
import {openRows} from '../open-rows.ts';
import {readRun} from '../read-run.ts';
import {writeOutput} from '../write-output.ts';

/** The results so far, in the order of the spec, also while another process runs the spec. */
export async function exportResults(target: string, flags: Flags): Promise<number> {
	const format = formatOf(flags);

	const run = await readRun(target, flags.dir ?? null);
	if (flags.output !== undefined) {
		const {journal, state} = run.directory;
		refuseOverwriting(flags.output, [target, journal, state]);
	}

	const say = (message: string) => process.stderr.write(`${safeText(message)}\n`);
	for (const notice of run.notices) {
		say(notice);
	}

	let damaged = 0;
	const rows = await openRows(run);
	const chunks =
		flags.compare === undefined
			? exportRows(rows, {
					format: format === 'csv' ? 'csv' : 'jsonl',
					failed: flags.failed,
					onDamaged() {
						damaged++;
					},
				})
			: exportComparison(rows, {path: flags.compare, format, say});
	if (flags.output === undefined) {
		await writeTo(process.stdout, process.stdout.isTTY ? cleaned(chunks) : chunks);
	} else {
		await writeOutput(flags.output, chunks);
	}

	if (damaged > 0) {
		say(`${damaged} requests have an outcome whose journal lines cannot be read; they are left out.`);
	}

	return 0;
}

/** A requests file stands in the place of a spec: the rows that were asked must not go for their answers. */
function refuseOverwriting(output: string, sources: readonly string[]): void {
	if (sources.some(source => path.resolve(source) === path.resolve(output))) {
		throw new UserError(`--output ${output} would overwrite what it is made from.`, 'Name another file.');
	}
}

/** Models side by side are read by a person where there is one. */
function formatOf({format, compare, failed, output}: Flags): 'jsonl' | 'csv' | 'table' {
	const isComparison = compare !== undefined;
	if (isComparison && failed) {
		throw new UserError('--compare and --failed contradict each other.', 'Give one of them.');
	}

	switch (format) {
		case undefined:
			return isComparison && output === undefined && process.stdout.isTTY ? 'table' : 'jsonl';
		case 'jsonl':
		case 'csv':
			return format;
		case 'table':
			if (isComparison) {
				return format;
			}
	}

	throw new UserError(
		`--format: “${format}” is not a format.`,
		isComparison ? 'Use table, jsonl or csv.' : 'Use jsonl or csv.',
	);
}

/** A file gets the bytes as they are; a terminal gets no control sequence of a model. */
function* cleaned(chunks: Iterable<string>): Generator<string> {
	for (const chunk of chunks) {
		yield safeText(chunk, {newline: 'keep', maxLength: Number.POSITIVE_INFINITY});
	}
}
