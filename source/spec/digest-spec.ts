import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import type {JsonObject} from '../domain/request.ts';
import {canonicalJson} from './canonical-json.ts';
import {groupsKey} from './identity.ts';
import {findImage, imageFolders} from './image-files.ts';
import type {Manifest, ManifestFile} from './manifest.ts';
import {countChosenRows} from './row-count.ts';
import {readChunks} from './row-files.ts';
import type {Spec, SpecFile} from './spec.ts';
import {isUntouched} from './untouched-file.ts';

/** What makes a spec this one, as one number and in its parts. */
export type SpecDigest = {
	/** SHA-256 in hex over everything that is not operational, contents of files included. */
	readonly digest: string;
	readonly identity: JsonObject;
	readonly files: readonly FileDigest[];
};

export type FileDigest = {
	readonly name: string;
	readonly sha256: string;
	/** Rows taken from it; null where nobody counted them. */
	readonly rows: number | null;
};

/**
 * `manifest`: of the run that the spec may belong to. A file of rows with the size and time that it notes is not
 * read again, so that a million rows cost a resume nothing; a copy in `inputs/` is trusted as it is.
 */
export async function digestSpec(spec: Spec, manifest: Manifest | null = null): Promise<SpecDigest> {
	const files: FileDigest[] = [];
	for (const file of spec.files) {
		const noted = manifest?.files.find(({name}) => name === file.name) ?? null;
		files.push(await digestFile(spec, file, noted));
	}

	files.push(...(await digestImages(spec, manifest)));
	const contents = files.map(({name, sha256}) => [name, sha256]);
	const text = canonicalJson({identity: spec.identity, contents});
	return {digest: createHash('sha256').update(text).digest('hex'), identity: spec.identity, files};
}

/** Whether two specs ask the same and differ in which groups have a limit of their own: nobody need agree to that. */
export function isRegrouped(before: SpecDigest, after: SpecDigest): boolean {
	const asked = ({identity: {[groupsKey]: _, ...identity}, files}: SpecDigest) =>
		canonicalJson([identity, files.map(({name, sha256}) => [name, sha256])]);
	return asked(before) === asked(after);
}

/**
 * The images that the run has, as they are now. One that is gone is no change: the run has its copy. Those that rows
 * name anew come with a change of the rows.
 */
async function digestImages(spec: Spec, manifest: Manifest | null): Promise<readonly FileDigest[]> {
	const folders = imageFolders(spec);
	const digests: FileDigest[] = [];
	for (const {name, size, mtimeMs, sha256} of manifest?.images ?? []) {
		const file = spec.isCopy ? null : findImage(name, folders);
		const now = file === null ? null : await stat(file);
		const isSame = now === null || (now.size === size && now.mtimeMs === mtimeMs);
		digests.push({name, sha256: isSame ? sha256 : await hashFile(file!), rows: null});
	}

	return digests;
}

async function digestFile(spec: Spec, file: SpecFile, noted: ManifestFile | null): Promise<FileDigest> {
	const {name, bytes, path} = file;
	if (bytes) {
		return {name, sha256: createHash('sha256').update(bytes).digest('hex'), rows: null};
	}

	if (noted && (spec.isCopy || (await isUntouched(file, noted)))) {
		return {name, sha256: noted.sha256, rows: noted.rows};
	}

	const sha256 = await hashFile(path);
	const isCounted = noted === null || noted.sha256 === sha256 || spec.args.kind !== 'file';
	return {name, sha256, rows: isCounted ? (noted?.rows ?? null) : await countChosenRows(spec.args)};
}

async function hashFile(path: string): Promise<string> {
	const hash = createHash('sha256');
	for await (const chunk of readChunks(path)) {
		hash.update(chunk);
	}

	return hash.digest('hex');
}
