import path from 'node:path';
import {judgeFiles} from './judge-files.ts';
import type {Manifest} from './manifest.ts';
import type {Named} from './named-file.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {readSmallFile} from './text-file.ts';

/** Names in `inputs/` that are ours. */
export const specCopyName = 'spec.yaml';
export const manifestName = 'manifest.json';
export const rowLinesName = 'rows.lines.jsonl';
export const rowIndexName = 'rows.index';
export const rowQueuesName = 'rows.queues';

/** What stands for the rows that come in through stdin. */
export const stdinName = '-';

/** What came in through stdin, put into a file, with the ending that its content calls for. */
export type StdinFile = {readonly path: string; readonly ending: '.jsonl' | '.csv' | '.parquet'};

export type FileSources = {
	/** True when the spec lies in a run directory, and its files beside it. */
	readonly isCopy: boolean;
	/** Null: nothing comes in. Absent: nobody may read it. */
	readonly stdin?: (() => Promise<StdinFile | null>) | undefined;
	/** What a run noted of the files that it copied, and where those copies lie. */
	readonly noted: Manifest | null;
	readonly inputs?: string | undefined;
};

/**
 * The files that a spec names, each once; texts are read. In a run directory they lie flat beside the copy of
 * the spec, under names that follow from the spec alone: so a copy is read like the original, whatever `../` its
 * names hold.
 */
export async function readSpecFiles(
	input: SpecInput,
	specPath: string,
	sources: FileSources,
	source: SpecSource,
): Promise<readonly SpecFile[]> {
	const folder = path.dirname(specPath);
	const {isCopy} = sources;
	const taken = new Set([specCopyName, manifestName, rowLinesName, rowIndexName, rowQueuesName]);
	const files = new Map<string, SpecFile>();
	for (const {name, path: place, holdsRows} of namedFiles(input)) {
		const key = name === stdinName ? stdinName : path.normalize(name);
		if (files.has(key)) {
			continue;
		}

		if (name === stdinName) {
			files.set(key, await stdinFile(sources, specPath, folder, source.where(place)));
			continue;
		}

		const stored = storedName(name, files.size + 1, taken);
		const relative = isCopy ? stored : name;
		const display = path.isAbsolute(relative) ? relative : path.join(folder, relative);
		const absolute = path.resolve(folder, relative);
		const bytes = holdsRows ? null : await readSmallFile(absolute, display, source.where(place));
		files.set(key, {name, stored, path: absolute, display, bytes});
	}

	return [...files.values()];
}

export function findFile(files: readonly SpecFile[], name: string): SpecFile {
	return files.find(file => path.normalize(file.name) === path.normalize(name))!;
}

/** The rows that come in through stdin; a run that has them already goes on without. */
async function stdinFile(
	{isCopy, stdin, noted, inputs}: FileSources,
	specPath: string,
	folder: string,
	where: string,
): Promise<SpecFile> {
	const common = {name: stdinName, display: 'stdin', bytes: null};
	const before = noted?.files.find(({name}) => name === stdinName)?.stored ?? null;
	if (isCopy) {
		const stored = before ?? 'stdin.jsonl';
		return {...common, stored, path: path.resolve(folder, stored)};
	}

	const incoming = specPath === stdinName ? null : ((await stdin?.()) ?? null);
	if (incoming !== null) {
		return {...common, stored: `stdin${incoming.ending}`, path: incoming.path};
	}

	if (before !== null && inputs !== undefined) {
		return {...common, stored: before, path: path.resolve(inputs, before)};
	}

	throw specPath === stdinName
		? specError(where, 'stdin holds the spec, so it cannot hold the rows too', 'Name a file of rows.')
		: specError(
				where,
				'the rows are to come in through stdin, and nothing comes',
				'For example: cat rows.jsonl | promptbatch-tui spec.yaml',
			);
}

function namedFiles(input: SpecInput): readonly Named[] {
	const {prompts, args, requests, schema, score} = input;
	const isList = Array.isArray(prompts);
	const named: Named[] = [prompts ?? []]
		.flat()
		.flatMap((prompt, i) =>
			typeof prompt === 'object' && 'file' in prompt
				? [{name: prompt.file, path: [...(isList ? ['prompts', i] : ['prompts']), 'file'], holdsRows: false}]
				: [],
		);
	if (args && !Array.isArray(args) && typeof args.file === 'string') {
		named.push({name: args.file, path: ['args', 'file'], holdsRows: true});
	}

	if (requests !== undefined) {
		named.push({name: requests.file, path: ['requests', 'file'], holdsRows: true});
	}

	if (typeof schema === 'string') {
		named.push({name: schema, path: ['schema'], holdsRows: false});
	}

	for (const [position, scorer] of (score ?? []).entries()) {
		if (typeof scorer === 'object' && scorer.module !== undefined) {
			named.push({name: scorer.module, path: ['score', position, 'module'], holdsRows: false});
		}
	}

	return [...named, ...judgeFiles(input)];
}

/** The file's own name where that is safe and free, else with a number before it. */
function storedName(name: string, position: number, taken: Set<string>): string {
	const safe = path
		.basename(name)
		.replaceAll(/[^\p{L}\p{N}._-]/gu, '_')
		.slice(-100);
	const isFree = /^[\p{L}_]/u.test(safe) && !taken.has(safe.toLowerCase());
	const stored = isFree ? safe : `${position}-${safe}`;
	taken.add(stored.toLowerCase());
	return stored;
}
