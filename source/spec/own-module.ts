import path from 'node:path';
import {pathToFileURL} from 'node:url';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';

export type OwnModule = {readonly [name: string]: unknown};

/**
 * Loads a module of the user. `asked`: the place in the spec that names it. The run keeps a copy of this one file, so
 * it may import packages and what Node has, but no file beside it.
 */
export async function loadOwnModule(
	{path: file, display, bytes}: SpecFile,
	asked: string,
): Promise<OwnModule> {
	const beside = relativeImport(bytes!.toString('utf8'));
	if (beside !== null) {
		throw specError(
			asked,
			`${display} imports \`${beside}\`, and the run keeps a copy of ${path.basename(display)} alone`,
			'Put both into one file, or make a package of it.',
		);
	}

	return importOwn(file, display, asked);
}

/** Runs it. Throws for whatever it throws. */
export async function importOwn(file: string, display: string, asked: string): Promise<OwnModule> {
	try {
		const address = pathToFileURL(file).href;
		return (await import(/* @vite-ignore */ address)) as OwnModule;
	} catch (error) {
		throw specError(asked, `${display} cannot be loaded: ${reasonOf(error, display)}`, fixOf(error));
	}
}

/** `file:line` of the user's code in an error, as far as its stack tells. */
export function placeInModule(error: unknown, file: string): string | null {
	const name = path.basename(file).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
	const line = new RegExp(`${name}(?:\\?[^:)]*)?:(\\d+)`).exec((error as Error | null)?.stack ?? '')?.[1];
	return line === undefined ? null : `${path.basename(file)}:${line}`;
}

/** The first file beside it that a module asks for; comments and strings may look like it, and are rare. */
function relativeImport(code: string): string | null {
	return (
		/(?:^|[\s;}])(?:from|import|(?:import|require)\s*\()\s*['"](\.{1,2}\/[^'"]*)['"]/.exec(code)?.[1] ?? null
	);
}

function reasonOf(error: unknown, display: string): string {
	const {message} = error instanceof Error ? error : {message: String(error)};
	const place = placeInModule(error, display);
	const first = message.split('\n')[0]!;
	return place === null ? first : `${first} (${place})`;
}

function fixOf(error: unknown): string {
	return (error as NodeJS.ErrnoException | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION'
		? 'Write it as .mjs; TypeScript needs Node 22.18 or newer.'
		: 'Correct the module.';
}
