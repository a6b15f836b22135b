// `npm run torture -- --rounds 200 --seed 1`: the program proper is torture-program.ts, bundled here.
import {rmSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {build} from 'esbuild';

// Within the repository, so that it finds the packages that are not bundled.
const outfile = path.resolve('.torture', `torture-${process.pid}.mjs`);
process.once('exit', () => rmSync(outfile, {force: true}));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
	// Without a handler no `exit` is told, and what was started would stay.
	process.once(signal, () => process.exit(130));
}

await build({
	entryPoints: [new URL('./torture-program.ts', import.meta.url).pathname],
	outfile,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node20.19',
	external: ['esbuild'],
});
await import(outfile);
