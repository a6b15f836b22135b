import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {exportRows, writeTo} from '../../store/export.ts';
import {safeText} from '../../view/safe-text.ts';
import type {Flags} from '../flags.ts';
import {openRows} from '../open-rows.ts';
import {readRun} from '../read-run.ts';
import {writeOutput} from '../write-output.ts';

/** The results so far, in the order of the spec, also while another process runs the spec. */
export async function exportResults(target: string, flags: Flags): Promise<number> {
	const format = flags.format ?? 'jsonl';
	if (format !== 'jsonl' && format !== 'csv') {
		throw new UserError(`--format: “${format}” is not a format.`, 'Use jsonl or csv.');
	}

	const run = await readRun(target, flags.dir ?? null);
	const say = (message: string) => process.stderr.write(`${safeText(message)}\n`);
	for (const notice of run.notices) {
		say(notice);
	}

	let damaged = 0;
	const chunks = exportRows(await openRows(run), {
		format,
		failed: flags.failed,
		onDamaged() {
			damaged++;
		},
	});
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

/** A file gets the bytes as they are; a terminal gets no control sequence of a model. */
function* cleaned(chunks: Iterable<string>): Generator<string> {
	for (const chunk of chunks) {
		yield safeText(chunk, {newline: 'keep', maxLength: Number.POSITIVE_INFINITY});
	}
}
