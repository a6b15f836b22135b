import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {type Manifest, parseManifest} from '../spec/manifest.ts';
import {manifestName} from '../spec/spec-files.ts';

/** The manifest of a folder of inputs; null when it is gone, and then the files are read again. */
export async function readManifest(inputs: string): Promise<Manifest | null> {
	return parseManifest(await readFile(path.join(inputs, manifestName), 'utf8').catch(() => ''));
}
