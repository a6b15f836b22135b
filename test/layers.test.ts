import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {describe, expect, test} from 'vitest';

/** The table of `.github/contributing.md`: which folders a folder may import, and which packages. Type imports count. */
const layers: {readonly [folder: string]: {readonly folders: readonly string[]; readonly packages: RegExp}} =
	{
		domain: {folders: [], packages: /^$/},
		spec: {
			folders: ['domain'],
			packages:
				/^(node:(fs|path|crypto|url|module)(\/promises)?|yaml|zod|ajv|csv-parse|fastest-levenshtein|hyparquet)(\/|$)/,
		},
		api: {
			folders: ['domain'],
			packages:
				/^(openai|undici|dotenv|gpt-tokenizer|@pydantic\/genai-prices|node:(fs|stream|tls|buffer))(\/|$)/,
		},
		store: {
			folders: ['domain'],
			packages:
				/^(lowdb|csv-stringify|node:(fs|path|crypto|os|process|buffer|events|stream|timers|util))(\/|$)/,
		},
		engine: {folders: ['domain'], packages: /^p-queue$/},
		view: {folders: ['domain'], packages: /^string-width$/},
		ui: {
			folders: ['view', 'domain'],
			packages: /^(ink|ink-table|react|node:(events|process|fs|stream|string_decoder))(\/|$)/,
		},
		headless: {folders: ['view', 'domain'], packages: /^$/},
		simulator: {folders: ['domain'], packages: /^node:/},
		cli: {
			folders: ['domain', 'spec', 'api', 'store', 'engine', 'view', 'ui', 'headless', 'simulator'],
			packages: /./,
		},
	};

const files = sourceFiles('source');

describe('the layers of the source', () => {
	test.each(files)('%s imports only what its layer may', file => {
		const folder = file.split(path.sep)[1] ?? '';
		const layer = layers[folder];
		expect(layer, `${folder} is not in the table`).toBeDefined();
		for (const specifier of importsOf(file)) {
			if (folder === 'cli' && specifier === '../../package.json') {
				continue;
			}

			if (specifier.startsWith('.')) {
				const target =
					path.relative('source', path.resolve(path.dirname(file), specifier)).split(path.sep)[0] ?? '';
				expect([folder, ...(layer?.folders ?? [])], `${file} imports ${specifier}`).toContain(target);
			} else {
				expect(specifier, `${file} imports a package`).toMatch(layer?.packages ?? /^$/);
			}
		}
	});

	test('no file imports itself by way of others', () => {
		expect(circle(files)).toBeNull();
	});

	test('the domain knows no clock and no chance', () => {
		for (const file of files.filter(name => name.startsWith(path.join('source', 'domain')))) {
			expect(readFileSync(file, 'utf8'), file).not.toMatch(
				/\bDate\.now|new Date\(\)|Math\.random|performance\.now|\bprocess\.(env|pid|cwd)/,
			);
		}
	});

	test('no file is longer than 300 lines', () => {
		for (const file of [...files, ...sourceFiles('test')]) {
			expect(readFileSync(file, 'utf8').split('\n').length, file).toBeLessThanOrEqual(301);
		}
	});
});

function importsOf(file: string): readonly string[] {
	return ts
		.preProcessFile(readFileSync(file, 'utf8'), true, true)
		.importedFiles.map(({fileName}) => fileName);
}

function sourceFiles(folder: string): string[] {
	return readdirSync(folder, {recursive: true, encoding: 'utf8'})
		.filter(name => /\.(ts|tsx|mjs)$/.test(name))
		.map(name => path.join(folder, name));
}

/** The first files found that import each other in a circle; null: there are none. */
function circle(names: readonly string[]): readonly string[] | null {
	const imports = new Map(
		names.map(file => [
			file,
			importsOf(file)
				.filter(specifier => specifier.startsWith('.'))
				.map(specifier => path.join(path.dirname(file), specifier)),
		]),
	);
	const cleared = new Set<string>();
	const follow = (file: string, trail: readonly string[]): readonly string[] | null => {
		if (cleared.has(file)) return null;
		if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
		for (const next of imports.get(file) ?? []) {
			const found = follow(next, [...trail, file]);
			if (found) return found;
		}

		cleared.add(file);
		return null;
	};

	for (const file of names) {
		const found = follow(file, []);
		if (found) return found;
	}

	return null;
}
