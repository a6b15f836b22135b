import {existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync} from 'node:fs';
import path from 'node:path';
import type {RunState} from '../../domain/state.ts';
import {UserError} from '../../domain/user-error.ts';
import {digestSpec} from '../../spec/digest-spec.ts';
import {inputFolder} from '../../spec/input-folder.ts';
import {type Manifest, parseManifest} from '../../spec/manifest.ts';
import {openRequests} from '../../spec/open-requests.ts';
import {prepareInputs} from '../../spec/prepare-inputs.ts';
import {readSpec, readSpecCopy} from '../../spec/read-spec.ts';
import type {Spec} from '../../spec/spec.ts';
import {manifestName} from '../../spec/spec-files.ts';
import {syncFolder, temporaryPath} from '../../store/durable-write.ts';
import {inputsPath, writeInputs} from '../../store/inputs-writer.ts';
import {keepFileAside} from '../../store/keep-aside.ts';
import type {RunDirectory} from '../../store/run-directory.ts';
import {isSameFile} from '../../store/same-file.ts';
import {readManifest} from '../read-manifest.ts';
import type {Findings} from './findings.ts';

/**
 * Holds the copies of the inputs against what they were made from: the spec itself where it is at hand and unchanged,
 * else the copies of its files, from which all the rest follows. What differs is made anew. False where requests cannot
 * be made from them.
 */
export async function mendInputs(
	directory: RunDirectory,
	state: RunState,
	originals: readonly string[],
	findings: Findings,
): Promise<boolean> {
	const last = state.epochs.length;
	const inputs = inputsPath(directory, last);
	const source = (await sourceAmong(originals, state, inputs)) ?? (await copyIfWhole(state, inputs));
	if (source !== null) {
		await makeAnew(directory, inputs, source, findings);
	} else {
		tellDamaged(directory, inputs, await problemOf(inputs), findings);
	}

	let isWhole = source !== null;
	for (let epoch = 1; epoch < last; epoch++) {
		const problem = await problemOf(inputsPath(directory, epoch));
		if (problem !== null) {
			isWhole = false;
			tellDamaged(directory, inputsPath(directory, epoch), problem, findings);
		}
	}

	return isWhole;
}

/** The spec that the run was made from, with everything that it reads as it was. */
async function sourceAmong(
	originals: readonly string[],
	state: RunState,
	inputs: string,
): Promise<Spec | null> {
	const noted = await readManifest(inputs);
	for (const original of originals) {
		try {
			const spec = await readSpec(original, {stdin: async () => null, noted});
			const isSame = (await digestSpec(spec, noted)).digest === state.specDigest;
			// What came in through stdin is there no more.
			if (isSame && spec.files.every(({name}) => name !== '-')) {
				return spec;
			}
		} catch (error) {
			if (!(error instanceof UserError)) {
				throw error;
			}
		}
	}

	return null;
}

/** The copies themselves, where every byte of those that cannot be made anew is on record. */
async function copyIfWhole(state: RunState, inputs: string): Promise<Spec | null> {
	const manifest = await readManifest(inputs);
	try {
		const copy = await readSpecCopy(inputs);
		const {digest} = await digestSpec(copy, manifest && {...manifest, files: []});
		return digest === state.specDigest ? copy : null;
	} catch (error) {
		if (error instanceof UserError) {
			return null;
		}

		throw error;
	}
}

async function makeAnew(
	directory: RunDirectory,
	inputs: string,
	source: Spec,
	findings: Findings,
): Promise<void> {
	const fresh = temporaryPath(directory.inputs);
	rmSync(fresh, {recursive: true, force: true});
	try {
		await writeInputs(fresh, prepareInputs(source));
		const names = readdirSync(fresh, {recursive: true, withFileTypes: true})
			.filter(entry => entry.isFile())
			.map(entry => path.relative(fresh, path.join(entry.parentPath, entry.name)));
		for (const name of names) {
			const [made, there] = [path.join(fresh, name), path.join(inputs, name)];
			if (isSame(name, made, there)) {
				continue;
			}

			const shown = path.relative(directory.path, there);
			const kept = existsSync(there) ? keepFileAside(there, directory.path) : null;
			renameSync(made, there);
			await syncFolder(path.dirname(there));
			const from = source.isCopy ? 'the other copies' : source.path;
			findings.mended(
				kept === null
					? `${shown} was missing: made anew from ${from}`
					: `${shown} was damaged: made anew from ${from}; the damaged one is kept as ${kept}`,
			);
		}
	} finally {
		rmSync(fresh, {recursive: true, force: true});
	}
}

/** When a file was written says nothing of what is in it. */
function isSame(name: string, made: string, there: string): boolean {
	return (
		existsSync(there) && (isSameFile(made, there) || (name === manifestName && isSameManifest(made, there)))
	);
}

function isSameManifest(ours: string, theirs: string): boolean {
	const [made, there] = [ours, theirs].map(file => parseManifest(readFileSync(file, 'utf8')));
	return !!made && !!there && timeless(made) === timeless(there);
}

function timeless({files, images = [], name: _, ...rest}: Manifest): string {
	return JSON.stringify([rest, [...files, ...images].map(({mtimeMs: __, ...file}) => file)]);
}

/** Why no request can be made from a folder of inputs; null where nothing is wrong to see. */
async function problemOf(inputs: string): Promise<string | null> {
	try {
		const copy = await readSpecCopy(inputs);
		const requests = openRequests(copy, inputFolder(inputs));
		if (requests.count > 0) {
			requests.expand(requests.count - 1);
		}

		requests.close();
		return null;
	} catch (error) {
		return (error as Error).message;
	}
}

function tellDamaged(
	directory: RunDirectory,
	inputs: string,
	problem: string | null,
	findings: Findings,
): void {
	const folder = path.relative(directory.path, inputs);
	const isThere = statSync(inputs, {throwIfNoEntry: false})?.isDirectory() ?? false;
	const what = isThere
		? (problem ?? `what ${folder}/ holds is not what the run was made from`)
		: `${folder}/ is missing`;
	findings.lost(
		`${what}: requests cannot be made from it; answers on record are safe. Bring it back from a copy, or name the unchanged spec: promptbatch-tui doctor SPEC --dir ${directory.path}`,
	);
}
