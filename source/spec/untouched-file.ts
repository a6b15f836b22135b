import {stat} from 'node:fs/promises';
import type {ManifestFile} from './manifest.ts';
import type {SpecFile} from './spec.ts';
import {regularFileSize} from './text-file.ts';

/** Whether a file has the size and time that a run noted of it: then it need not be read to be known. */
export async function isUntouched({path, display}: SpecFile, noted: ManifestFile): Promise<boolean> {
	const size = await regularFileSize(path, display, null);
	return size === noted.size && (await stat(path)).mtimeMs === noted.mtimeMs;
}
