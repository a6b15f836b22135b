// Bundles instant-run.ts and runs it in a process of its own.
import {rmSync} from 'node:fs';
import path from 'node:path';
import {build} from 'esbuild';
import {trims} from '../../.esbuild-trim.mjs';
import {measure} from './process-figures.mjs';

export async function bundleInstantRun(folder) {
	const outfile = path.join(folder, 'instant-run.mjs');
	await build({
		entryPoints: [new URL('./instant-run.ts', import.meta.url).pathname],
		outfile,
		bundle: true,
		minify: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
		external: ['hyparquet', 'hyparquet-compressors'],
		plugins: trims,
		define: {'process.env.NODE_ENV': '"production"'},
		banner: {js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);'},
	});
	return outfile;
}

/** → {openMs, totalMs, cpuMs, peakMb} of a fresh run of `count` requests, in a heap that grows as the program lets its own. */
export async function instantRun({program, spec, run, count, lane = 'direct', env = {}}) {
	rmSync(run, {recursive: true, force: true});
	const {stdout, stderr, code, peakMb} = await measure({
		args: ['--heap-growing-percent=100', program, spec, run, lane],
		env,
	});
	const figures = code === 0 ? JSON.parse(stdout.trim().split('\n').at(-1)) : null;
	if (figures?.done !== count) {
		throw new Error(`${lane}: ${figures?.done} of ${count} done\n${stderr}`);
	}

	return {...figures, peakMb};
}
