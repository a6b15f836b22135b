import path from 'node:path';
import {stdinName} from '../spec/spec-files.ts';

/** The run directory of a spec: beside it, under its file's name; in the working directory if it came through stdin. */
export function runPathOf(specPath: string, dir: string | null): string {
	const {dir: folder, name} = specPath === stdinName ? {dir: '', name: 'stdin'} : path.parse(specPath);
	return dir ?? path.join(folder, `${name}.promptbatch`);
}
