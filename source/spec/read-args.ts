import path from 'node:path';
import type {PromptArgs} from './prompt.ts';
import {isPerMessage} from './prompt.ts';
import {idProblem, ownIdKey} from './row-split.ts';
import type {ArgsAxis, ArgsItem, RowFormat, RowsAxis, SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile, stdinName} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

/** The args of a spec: what is written in it, or the file that holds the rows. No args are one empty item. */
export function readArgs({args}: SpecInput, files: readonly SpecFile[], source: SpecSource): ArgsAxis {
	if (args === undefined) {
		return {kind: 'inline', isList: false, items: [{args: {}, id: null, where: source.where([])}]};
	}

	if (Array.isArray(args)) {
		const items = args.map((item, i) => argsItem(item, source, ['args', i]));
		return {kind: 'inline', isList: true, items};
	}

	if (!isArgsFile(args)) {
		return {kind: 'inline', isList: false, items: [argsItem(args, source, ['args'])]};
	}

	return rowsAxis('args', args, files, source);
}

/** The rows of a file, under `args` or under `requests`. */
export function rowsAxis(
	holds: RowsAxis['holds'],
	{file: name, offset, limit, sample, seed}: RowsFile,
	files: readonly SpecFile[],
	source: SpecSource,
): RowsAxis {
	const where = source.where([holds, 'file']);
	const file = findFile(files, name);
	const format = rowFormat(file, where);
	return {
		kind: 'file',
		isList: true,
		holds,
		file,
		format,
		offset: offset ?? 0,
		limit: limit ?? null,
		sample: sample ?? null,
		seed: seed ?? 0,
		where,
	};
}

type RowsFile = {
	readonly file: string;
	readonly offset?: number | undefined;
	readonly limit?: number | undefined;
	readonly sample?: number | undefined;
	readonly seed?: number | undefined;
};

// A map with the key `file` is a file of rows: the schema refuses it as a dict.
function isArgsFile(args: Exclude<SpecInput['args'], undefined>): args is RowsFile {
	return 'file' in args;
}

function argsItem(args: PromptArgs, source: SpecSource, place: readonly PropertyKey[]): ArgsItem {
	const where = source.where(place);
	if (isPerMessage(args)) {
		return {args, id: null, where};
	}

	const key = ownIdKey(args);
	const problem = key === null ? null : idProblem(args[key]);
	if (problem) {
		throw specError(source.where([...place, key!]), problem, 'Write the id as text.');
	}

	return {args, id: key === null ? null : String(args[key]), where};
}

/** Rows from stdin lie in a file whose ending says what they were found to be. */
function rowFormat({name, stored}: SpecFile, where: string): RowFormat {
	switch (path.extname(name === stdinName ? stored : name).toLowerCase()) {
		case '.csv':
			return 'csv';
		case '.jsonl':
		case '.ndjson':
			return 'jsonl';
		case '.parquet':
			return 'parquet';
		default:
			throw specError(
				where,
				'rows are read from files that end in .csv, .jsonl or .parquet',
				'Convert the file, or rename it if it is one of these.',
			);
	}
}
