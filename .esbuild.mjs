// Bundles everything into dist/: start-up is 0.18 s against 0.8 s unbundled, and npx fetches one package.
import {chmod, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {build} from 'esbuild';
import ts from 'typescript';
import {trims} from './.esbuild-trim.mjs';

const dist = 'dist';
await rm(dist, {recursive: true, force: true});

const {metafile} = await build({
	entryPoints: {
		cli: 'source/cli/main.ts',
		'run-worker': 'source/cli/run-worker.ts',
		'simulator-worker': 'source/cli/simulator-worker.ts',
		task: 'source/domain/task.ts',
	},
	outdir: dist,
	bundle: true,
	platform: 'node',
	format: 'esm',
	target: 'node20.19',
	minify: true,
	splitting: true,
	legalComments: 'none',
	jsx: 'automatic',
	metafile: true,
	define: {'process.env.NODE_ENV': '"production"'},
	// Parquet files need packages that few people have: looked for when one is named.
	external: ['hyparquet', 'hyparquet-compressors'],
	plugins: trims,
	// undici and csv-parse are CommonJS inside and call require() for node's own modules.
	banner: {js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);'},
});

const cli = path.join(dist, 'cli.js');
await writeFile(cli, `#!/usr/bin/env node\n${await readFile(cli, 'utf8')}`);
await chmod(cli, 0o755);

// `promptbatch-tui/task`: the types that a task of one's own is written with.
const taskTypes = ts.transpileDeclaration(await readFile('source/domain/task.ts', 'utf8'), {
	fileName: 'task.ts',
});
await writeFile(path.join(dist, 'task.d.ts'), taskTypes.outputText);

// The JSON Schema of the spec, for editors, comes out of the same code that checks specs.
const {outputFiles} = await build({
	stdin: {contents: "export {specJsonSchema} from './source/spec/json-schema.ts';", resolveDir: '.'},
	bundle: true,
	platform: 'node',
	format: 'esm',
	write: false,
});
const schemaModule = await import(
	`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);
await writeFile(
	path.join(dist, 'spec.schema.json'),
	`${JSON.stringify(schemaModule.specJsonSchema(), null, '\t')}\n`,
);

const bundled = new Set();
for (const input of Object.keys(metafile.inputs)) {
	const match = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
	if (match) bundled.add(match[1]);
}

await mkdir(dist, {recursive: true});
const licences = [];
for (const name of [...bundled].sort()) {
	const folder = path.join('node_modules', name);
	const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
	let text = '';
	for (const file of ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'license.md', 'LICENCE']) {
		text ||= await readFile(path.join(folder, file), 'utf8').catch(() => '');
	}

	licences.push(`${name} ${manifest.version} (${manifest.license ?? 'see text'})\n\n${text.trim()}\n`);
}

await writeFile(path.join(dist, 'third-party-licenses.txt'), licences.join(`\n${'-'.repeat(70)}\n\n`));
