import type {JsonObject} from '../domain/request.ts';
import {canonicalJson} from './canonical-json.ts';
import {fieldOf, readForeignLine} from './foreign-output.ts';
import {createHashIndex, type HashIndex} from './hash-index.ts';
import {headerOf, readInputLines} from './input-lines.ts';
import {isIdKey, ownIdKey} from './row-split.ts';
import {specError} from './spec-error.ts';

export type MissingCounts = {rows: number; absent: number; failed: number};

/** Rows without an id are compared by content; with more sets of columns each line would be hashed too often. */
const mostColumnSets = 32;

/**
 * The lines of an input file that an output made from it does not answer: those that are not in it, and those whose
 * line there is a failure. Three passes over files, a few bytes a row in memory. Rows without an id are found by
 * the hash of their content. `counts` is filled on the way.
 */
export async function* missingLines(
	input: string,
	output: string,
	counts: MissingCounts,
): AsyncGenerator<string> {
	const index = createHashIndex();
	const columnSets = await readKeys(input, index);
	await readAnswers(output, index, columnSets);
	let isFirst = true;
	for await (const {row, text} of readInputLines(input)) {
		const header = isFirst ? headerOf(input, row) : null;
		isFirst = false;
		if (header !== null) {
			yield header;
		}

		counts.rows++;
		const found = take(index, row);
		if (found !== 'answered') {
			counts[found]++;
			yield text;
		}
	}
}

type Columns = readonly string[];

/** Notes the ids of the rows. Resolves to the sets of columns of those without one. */
async function readKeys(input: string, index: HashIndex): Promise<readonly Columns[]> {
	const sets = new Map<string, Columns>();
	for await (const {row, line} of readInputLines(input)) {
		const id = ownIdKey(row);
		if (id !== null) {
			index.set(index.slot(idKey(row[id])), 0);
			continue;
		}

		const columns = columnsOf(row);
		sets.set(columns.join('\n'), columns);
		if (sets.size > mostColumnSets) {
			throw specError(
				`${input}:${line}`,
				`the rows without an id have more than ${mostColumnSets} different sets of keys`,
				'Give each row an `id`.',
			);
		}
	}

	return [...sets.values()];
}

/** Notes what the output knows of rows, in numbers: twice the answers, and one more where there was a failure. */
async function readAnswers(output: string, index: HashIndex, columnSets: readonly Columns[]): Promise<void> {
	const note = (slot: number, isAnswered: boolean) => {
		const value = Math.max(0, index.get(slot));
		index.set(slot, isAnswered ? value + 2 : value | 1);
	};

	for await (const {row: line, line: number} of readInputLines(output)) {
		const read = readForeignLine(line);
		if (read === null) {
			throw specError(
				`${output}:${number}`,
				'this is no line of a batch output, of a prompto output, or of our results or failures',
				'Give the file that holds the answers.',
			);
		}

		if (!read.isFirst) {
			continue;
		}

		const slot = read.id === null ? -1 : index.slot(idKey(read.id));
		if (slot >= 0 && index.get(slot) >= 0) {
			note(slot, read.isAnswered);
			continue;
		}

		// Its id was given elsewhere, or to another file: its content may be that of a row without one.
		for (const columns of read.row === null ? [] : columnSets) {
			note(index.slot(contentKey(read.row!, columns)), read.isAnswered);
		}
	}
}

/** Of rows that are alike and have no id each takes an answer of its own. */
function take(index: HashIndex, row: JsonObject): 'answered' | 'absent' | 'failed' {
	const id = ownIdKey(row);
	const slot = index.slot(id === null ? contentKey(row, columnsOf(row)) : idKey(row[id]));
	const value = Math.max(0, index.get(slot));
	if (value >= 2) {
		index.set(slot, id === null ? value - 2 : value);
		return 'answered';
	}

	return value === 1 ? 'failed' : 'absent';
}

/** A cell that is empty in a CSV is a key that is not there in JSON. */
function columnsOf(row: JsonObject): Columns {
	return Object.keys(row)
		.filter(key => !isIdKey(key) && !isNothing(row[key]))
		.sort();
}

function idKey(id: unknown): string {
	return `id ${id}`;
}

function contentKey(row: JsonObject, columns: Columns): string {
	const fields = columns.map(column => {
		const value = fieldOf(row, column);
		return [
			column,
			typeof value === 'object' && value !== null
				? canonicalJson(value)
				: isNothing(value)
					? ''
					: String(value),
		];
	});
	return `row ${JSON.stringify(fields)}`;
}

function isNothing(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}
