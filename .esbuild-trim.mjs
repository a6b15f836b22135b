// What packages do on import that this program never uses. Each costs every start: 27 ms for all of undici, 20 ms
// for what meow would read a package.json with, 19 ms for the regular expression and the segmenter of string-width.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

/** Ink imports react-devtools-core only for its DEV mode; without a stub the bundle does not start. */
const stubDevtools = {
	name: 'stub-devtools',
	setup(build) {
		build.onResolve({filter: /^react-devtools-core$/}, () => ({path: 'stub', namespace: 'stub'}));
		build.onLoad({filter: /.*/, namespace: 'stub'}, () => ({
			contents: 'export default {connectToDevTools() {}, initialize() {}};',
		}));
	},
};

/** Of undici the two ways to a server, without fetch, web sockets, caches and mocks: 210 kB less. */
const onlyPools = {
	name: 'only-pools',
	setup(build) {
		build.onResolve({filter: /^undici$/}, () => ({path: 'pools', namespace: 'undici'}));
		build.onLoad({filter: /.*/, namespace: 'undici'}, () => ({
			// As undici's own index puts it together.
			contents: `
				const Dispatcher = require('undici/lib/dispatcher/dispatcher.js');
				Object.assign(Dispatcher.prototype, require('undici/lib/api/index.js'));
				exports.Pool = require('undici/lib/dispatcher/pool.js');
				exports.ProxyAgent = require('undici/lib/dispatcher/proxy-agent.js');`,
			resolveDir: process.cwd(),
		}));
	},
};

/** Ink's wrap-ansi brings an older one, with tables of emoji of its own. */
const oneStringWidth = {
	name: 'one-string-width',
	setup(build) {
		const file = fileURLToPath(import.meta.resolve('string-width'));
		build.onResolve({filter: /^string-width$/}, () => ({path: file}));
	},
};

/** A package that changes shall break the build, not the start. */
function replaceIn(file, replacements) {
	return {
		name: `trim ${file}`,
		setup(build) {
			build.onLoad({filter: new RegExp(`node_modules/${file.replaceAll('.', '\\.')}$`)}, async args => {
				let contents = await readFile(args.path, 'utf8');
				for (const [text, other] of replacements) {
					if (contents.split(text).length !== 2) {
						throw new Error(`${path.basename(import.meta.url)}: ${file} has not once “${text}”`);
					}

					contents = contents.replace(text, () => other);
				}

				return {contents, loader: 'js'};
			});
		},
	};
}

export const trims = [
	stubDevtools,
	onlyPools,
	oneStringWidth,
	// `pkg` of what meow returns is the only one that asks for it.
	replaceIn('meow/build/dependencies.js', [
		['var normalizeExports = requireNormalize();', 'var normalizeExports = () => {};'],
	]),
	// Its WebAssembly stands in the file: through fetch, node loads another undici for it, 40 ms before the first frame.
	replaceIn('yoga-layout/dist/binaries/yoga-wasm-base64-esm.js', [
		['function ya(){', 'async function ya(){return Buffer.from(H.slice(37),"base64");'],
		['"function"!=typeof WebAssembly.instantiateStreaming||', 'true||'],
	]),
	// Made when a text is not ASCII; and emoji begin with an emoji, which is quickly asked.
	replaceIn('string-width/index.js', [
		[
			'const segmenter = new Intl.Segmenter();',
			'let madeSegmenter; const segmenter = {segment: text => (madeSegmenter ??= new Intl.Segmenter()).segment(text)};',
		],
		[
			'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
			'const rgiEmojiRegex = {test: text => (text.length > 1 || text > "\\x7F") && /^\\p{Emoji}/u.test(text) && /^\\p{RGI_Emoji}$/v.test(text)};',
		],
	]),
];
