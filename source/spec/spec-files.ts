import path from 'node:path';
import type {SpecFile} from './spec.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import {readSmallFile} from './text-file.ts';
import type {DataPath} from './yaml-source.ts';

/** Names in `inputs/` that are ours. */
export const specCopyName = 'spec.yaml';
export const manifestName = 'manifest.json';
export const rowLinesName = 'rows.lines.jsonl';
export const rowIndexName = 'rows.index';

type Named = {readonly name: string; readonly path: DataPath; readonly holdsRows: boolean};

/**
 * The files that a spec names, each once; texts are read. In a run directory they lie flat beside the copy of
 * the spec, under names that follow from the spec alone: so a copy is read like the original, whatever `../` its
 * names hold.
 */
export async function readSpecFiles(
	input: SpecInput,
	specPath: string,
	isCopy: boolean,
	source: SpecSource,
): Promise<readonly SpecFile[]> {
	const folder = path.dirname(specPath);
	const taken = new Set([specCopyName, manifestName, rowLinesName, rowIndexName]);
	const files = new Map<string, SpecFile>();
	for (const {name, path: place, holdsRows} of namedFiles(input)) {
		const key = path.normalize(name);
		if (files.has(key)) {
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

function namedFiles({prompts, args, schema, score}: SpecInput): readonly Named[] {
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

	if (typeof schema === 'string') {
		named.push({name: schema, path: ['schema'], holdsRows: false});
	}

	for (const [position, scorer] of (score ?? []).entries()) {
		if (typeof scorer === 'object' && scorer.module !== undefined) {
			named.push({name: scorer.module, path: ['score', position, 'module'], holdsRows: false});
		}
	}

	return named;
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
