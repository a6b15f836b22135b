import path from 'node:path';
import {UserError} from '../domain/user-error.ts';
import {diskError} from './disk-error.ts';
import {type Content, writeDurably} from './durable-write.ts';
import {makePrivateFolder} from './private-mode.ts';
import type {RunDirectory} from './run-directory.ts';

/** A file that a run keeps of its spec. `name` is relative, with `/` between folders. */
export type StoredInput = {readonly name: string; readonly content: Content};

/** Where the inputs of an accepted spec lie, counted from 1: `inputs/`, `inputs/2/`, … */
export function inputsPath(directory: RunDirectory, epoch: number): string {
	return epoch === 1 ? directory.inputs : path.join(directory.inputs, String(epoch));
}

/**
 * Writes each file whole and durably before the next is asked for. What reading them throws comes through; what the
 * disk throws becomes a UserError.
 */
export async function writeInputs(
	folder: string,
	inputs: Iterable<StoredInput> | AsyncIterable<StoredInput>,
): Promise<void> {
	makeFolder(folder);
	for await (const {name, content} of inputs) {
		const file = path.join(folder, name);
		if (path.isAbsolute(name) || !isInside(folder, file) || name.includes('\0')) {
			throw new UserError(`The input “${name}” would leave ${folder}.`, 'Give the file a plain name.');
		}

		if (path.dirname(file) !== path.normalize(folder)) {
			makeFolder(path.dirname(file));
		}

		try {
			await writeDurably(file, content);
		} catch (error) {
			throw diskError(error, 'write', file);
		}
	}
}

function makeFolder(folder: string): void {
	try {
		makePrivateFolder(folder);
	} catch (error) {
		throw diskError(error, 'create', folder);
	}
}

function isInside(folder: string, file: string): boolean {
	const relative = path.relative(folder, file);
	return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}
