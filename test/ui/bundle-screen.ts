import {mkdtemp} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {build, type Plugin} from 'esbuild';

/** Ink imports it only in its DEV mode, and it is not installed. */
const stubDevtools: Plugin = {
	name: 'stub-devtools',
	setup(bundle) {
		bundle.onResolve({filter: /^react-devtools-core$/}, () => ({path: 'stub', namespace: 'stub'}));
		bundle.onLoad({filter: /.*/, namespace: 'stub'}, () => ({
			contents: 'export default {connectToDevTools() {}, initialize() {}};',
		}));
	},
};

/** Bundles a program with Ink as `.esbuild.mjs` does, split so that ink-table loads as it will; returns its path. */
export async function bundleScreen(source: string): Promise<string> {
	const outdir = await mkdtemp(path.join(os.tmpdir(), 'promptbatch-tui-test-'));
	await build({
		entryPoints: {program: source},
		outdir,
		outExtension: {'.js': '.mjs'},
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.19',
		splitting: true,
		jsx: 'automatic',
		define: {'process.env.NODE_ENV': '"production"'},
		plugins: [stubDevtools],
		banner: {js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);'},
		logLevel: 'error',
	});
	return path.join(outdir, 'program.mjs');
}
