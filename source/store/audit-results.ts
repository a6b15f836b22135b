import {existsSync} from 'node:fs';
import path from 'node:path';
import {picodollars} from '../domain/money.ts';
import {noProblems, note, type Problems} from '../domain/problems.ts';
import type {FailureRow, ResultRow} from '../domain/result.ts';
import {type ResultParts, resultNames} from '../domain/result-files.ts';
import {parseJson} from '../domain/verdict.ts';
import {openRowLines, type RowLines} from './row-lines.ts';
import type {RowReader} from './row-reader.ts';
import type {RunDirectory} from './run-directory.ts';

/** What the files of one kind came to, beside the rows that the journal gives. */
export type FileAudit = {
	/** As people call it: the file, or the first of its parts. */
	readonly name: string;
	readonly rows: number;
	readonly problems: Problems;
};

export type ResultsAudit = {
	readonly results: FileAudit;
	readonly failures: FileAudit;
	/** All `cost_usd` of the results. */
	readonly costPico: bigint;
};

type Row = ResultRow | FailureRow;

const rowsPerLook = 4096;

/**
 * Makes every row anew, from the inputs and the journal, and holds it against the line in its file: same rows, same
 * order, same bytes. What scorers say is left out: they are code of the user's, and may change.
 */
export function auditResults(
	directory: RunDirectory,
	parts: ResultParts | null,
	rows: RowReader,
	onProgress: (index: number) => void,
): ResultsAudit {
	const names = resultNames(parts);
	const results = openFile(directory, names, names[0]!);
	const failures = openFile(directory, [path.basename(directory.failures)], 'failures.jsonl');
	let costPico = 0n;
	for (let index = 0; index < rows.count; index++) {
		const read = rows.read(index);
		if (read.kind === 'result') {
			for (const row of read.rows) {
				results.check(row);
				costPico += row.cost_usd === null ? 0n : picodollars(row.cost_usd);
			}
		} else if (read.kind === 'failure') {
			failures.check(read.row);
		}

		if (index % rowsPerLook === 0) {
			onProgress(index);
		}
	}

	return {results: results.end(), failures: failures.end(), costPico};
}

function openFile({path: folder}: RunDirectory, names: readonly string[], name: string) {
	const problems = noProblems();
	const absent = names.find(one => !existsSync(path.join(folder, one)));
	const lines = absent === undefined ? openRowLines(names.map(one => path.join(folder, one))) : null;
	if (absent !== undefined) {
		note(problems, `${absent} is not there, although it was written`);
	}

	return {
		check(row: Row): void {
			if (lines) {
				checkRow(lines, row, name, problems);
			}
		},
		end(): FileAudit {
			for (; lines && lines.peek() !== null; lines.take()) {
				note(problems, `row ${lines.taken + 1} of ${name} is one too many: ${nameOf(lines.peek()!)}`);
			}

			lines?.close();
			return {name, rows: lines?.taken ?? 0, problems};
		},
	};
}

function checkRow(lines: RowLines, row: Row, name: string, problems: Problems): void {
	const expected = JSON.stringify(row);
	for (let text = lines.peek(); text !== null; text = lines.peek()) {
		const number = lines.taken + 1;
		if (isSame(text, expected)) {
			lines.take();
			return;
		}

		const found = parseRow(text);
		if (found && typeof found.index === 'number' && found.index > row.index) {
			break;
		}

		lines.take();
		if (!found || typeof found.index !== 'number') {
			note(problems, `row ${number} of ${name} cannot be read: it is to be of request “${row.id}”`);
			return;
		}

		if (found.index === row.index) {
			note(problems, difference(found, row, `row ${number} of ${name}, request “${row.id}”`));
			return;
		}

		note(problems, `row ${number} of ${name} is one too many: ${nameOf(text)}`);
	}

	note(problems, `${name} has no row of request “${row.id}” (index ${row.index})`);
}

/** Scores stand at the end of a row. */
function isSame(text: string, expected: string): boolean {
	return (
		text === expected || (text.startsWith(`${expected.slice(0, -1)},"scores":`) && parseRow(text) !== null)
	);
}

function difference(found: {readonly [key: string]: unknown}, row: Row, where: string): string | null {
	const expected = JSON.parse(JSON.stringify(row)) as {readonly [key: string]: unknown};
	for (const key of Object.keys(expected)) {
		const isScored = key === 'warnings' && Array.isArray(found.warnings) && 'score_errors' in found;
		const value = isScored
			? (found.warnings as readonly unknown[]).filter(word => word !== 'score_error')
			: found[key];
		if (JSON.stringify(value) !== JSON.stringify(expected[key])) {
			return `${where}: \`${key}\` is ${short(value)}, the journal gives ${short(expected[key])}`;
		}
	}

	const more = Object.keys(found).find(
		key => !(key in expected) && key !== 'scores' && key !== 'score_errors',
	);
	return more === undefined ? null : `${where}: the journal gives no \`${more}\``;
}

function parseRow(text: string): {readonly [key: string]: unknown} | null {
	const row = parseJson(text);
	return typeof row === 'object' && row !== null && !Array.isArray(row) ? (row as never) : null;
}

function nameOf(text: string): string {
	const id = parseRow(text)?.id;
	return id === undefined ? 'it cannot be read' : `request ${short(id)}`;
}

function short(value: unknown): string {
	const text = JSON.stringify(value) ?? 'nothing';
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
