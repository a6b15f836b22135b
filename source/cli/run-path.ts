import path from 'node:path';

/** The run directory of a spec: beside it, under its file's name. */
export function runPathOf(specPath: string, dir: string | null): string {
	const {dir: folder, name} = path.parse(specPath);
	return dir ?? path.join(folder, `${name}.promptbatch`);
}
