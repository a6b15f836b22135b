import {mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import type {Request} from '../../source/domain/request.ts';
import {UserError} from '../../source/domain/user-error.ts';
import {memoryInputs} from '../../source/spec/memory-inputs.ts';
import {openRequests} from '../../source/spec/open-requests.ts';
import {prepareInputs} from '../../source/spec/prepare-inputs.ts';
import {type ReadSpecOptions, readSpec} from '../../source/spec/read-spec.ts';
import type {Spec} from '../../source/spec/spec.ts';

export type Files = {readonly [name: string]: string | Buffer};

/** A folder with these files, gone after the test. */
export function folderWith(files: Files): string {
	const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'spec-')));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(folder, name)), {recursive: true});
		writeFileSync(path.join(folder, name), content);
	}

	return folder;
}

/** The spec in `spec.yaml` of a folder with these files. */
export async function specOf(yaml: string | Files, options?: ReadSpecOptions): Promise<Spec> {
	const files = typeof yaml === 'string' ? {'spec.yaml': yaml} : yaml;
	return readSpec(path.join(folderWith(files), 'spec.yaml'), options);
}

/** All requests of a spec, as a dry run would expand them. */
export async function requestsOf(
	yaml: string | Files,
	options?: ReadSpecOptions,
): Promise<readonly Request[]> {
	const spec = await specOf(yaml, options);
	const source = openRequests(spec, await memoryInputs(spec));
	const requests = Array.from({length: source.count}, (_, index) => source.expand(index));
	for (const {index, id, queue} of requests) {
		if (source.id(index) !== id || source.queueOf(index) !== queue) {
			throw new Error(`id and queue of ${index} differ from the expanded request`);
		}
	}

	source.close();
	return requests;
}

/** The refusal of a spec or its rows, as `message | hint`, with the folder taken out of it. */
export async function refusalOf(yaml: string | Files, options?: ReadSpecOptions): Promise<string> {
	const folder = folderWith(typeof yaml === 'string' ? {'spec.yaml': yaml} : yaml);
	try {
		const spec = await readSpec(path.join(folder, 'spec.yaml'), options);
		openRequests(spec, await memoryInputs(spec)).close();
	} catch (error) {
		if (error instanceof UserError) {
			return `${error.message} | ${error.hint}`.replaceAll(`${folder}${path.sep}`, '');
		}

		throw error;
	}

	throw new Error('the spec was accepted');
}

/** Writes what a run would keep of a spec, as a run directory holds it. */
export async function writeInputs(spec: Spec, directory: string): Promise<void> {
	mkdirSync(directory, {recursive: true});
	for await (const {name, content} of prepareInputs(spec)) {
		mkdirSync(path.dirname(path.join(directory, name)), {recursive: true});
		await writeFile(path.join(directory, name), content, {flag: 'wx'});
	}
}
