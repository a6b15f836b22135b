import {createHash} from 'node:crypto';
import {closeSync, openSync, readSync, statSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {imageType, localImages, storedImageName} from './images.ts';
import type {InputFile} from './input-folder.ts';
import type {ManifestImage} from './manifest.ts';
import type {Prompt} from './prompt.ts';
import {readChunks} from './row-files.ts';
import type {Spec} from './spec.ts';
import {specError} from './spec-error.ts';

/** What the providers take of one image; in a call it is a third longer. */
const largestImageBytes = 20_000_000;

/** The images that the prompts of a spec name, each once. */
export type ImageFiles = {
	/** Looks at the images of a prompt as it will be sent. Throws a UserError for one that cannot be sent. */
	note(prompt: unknown, where: string): void;
	/** Copies of those that were noted, with what is to be remembered of each. */
	copy(done: (image: ManifestImage) => void): AsyncGenerator<InputFile>;
};

export function createImageFiles(spec: Pick<Spec, 'path' | 'args' | 'prompts'>): ImageFiles {
	const folders = imageFolders(spec);
	// Whoever wrote the spec may name what they like; rows may come from anybody.
	const reach =
		spec.args.kind === 'file' ? [...folders, ...writtenFolders(spec.prompts.items, folders)] : null;
	const found = new Map<string, {readonly file: string; readonly where: string}>();
	return {
		note(prompt, where) {
			for (const url of localImages(prompt)) {
				if (!found.has(url)) {
					const file = findChecked(url, folders, where);
					if (reach?.every(folder => !isInside(folder, file))) {
						throw specError(
							where,
							`the image ${url} lies outside of the folders of the spec and its rows`,
							'Write the folder into the prompt of the spec, as in `url: ../pictures/{{file}}`.',
						);
					}

					found.set(url, {file, where});
				}
			}
		},
		async *copy(done) {
			for (const [name, {file}] of found) {
				const {size, mtimeMs} = await stat(file);
				const hash = createHash('sha256');
				const stored = storedImageName(name);
				yield {name: stored, content: hashed(file, hash), path: file};
				done({name, size, mtimeMs, sha256: hash.digest('hex')});
			}
		},
	};
}

/**
 * Where an image is looked for: beside the file that names it and, as prompto has it, in `media` there or one folder
 * up; beside the spec.
 */
export function imageFolders({path: specPath, args}: Pick<Spec, 'path' | 'args'>): readonly string[] {
	const own = path.dirname(path.resolve(specPath));
	const rows = args.kind === 'file' ? path.dirname(args.file.path) : own;
	return [...new Set([rows, path.join(rows, 'media'), path.join(rows, '..', 'media'), own])];
}

/** The folders that the prompts of a spec spell out before their first placeholder. */
function writtenFolders(prompts: readonly Prompt[], folders: readonly string[]): readonly string[] {
	const images = prompts.flatMap(prompt =>
		prompt.kind === 'chat'
			? prompt.messages.flatMap(({parts}) => parts?.filter(part => part?.holds === 'image') ?? [])
			: [],
	);
	return images.flatMap(image => {
		const written = fileNameOf(image!.template.literals[0] ?? '');
		const end = written?.lastIndexOf('/') ?? -1;
		return end < 0 ? [] : folders.map(folder => path.resolve(folder, written!.slice(0, end + 1)));
	});
}

function isInside(folder: string, file: string): boolean {
	const relative = path.relative(folder, file);
	return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The file of an image; null where there is none. */
export function findImage(url: string, folders: readonly string[]): string | null {
	const name = fileNameOf(url);
	return name === null
		? null
		: (folders.map(folder => path.resolve(folder, name)).find(file => isFile(file)) ?? null);
}

/** Null for an address of another machine, and for one that no file can have. */
function fileNameOf(url: string): string | null {
	try {
		return /^file:/i.test(url) ? fileURLToPath(url) : url;
	} catch {
		return null;
	}
}

/** What cannot even be asked for is none either: a name that is too long, has a NUL in it, or leads through a file. */
function isFile(file: string): boolean {
	try {
		return statSync(file).isFile();
	} catch {
		return false;
	}
}

function findChecked(url: string, folders: readonly string[], where: string): string {
	const file = findImage(url, folders);
	if (file === null) {
		throw specError(
			where,
			`there is no image ${url}`,
			`Its path is relative to the file that names it; it was looked for in ${folders.join(', ')}.`,
		);
	}

	const {size} = statSync(file);
	if (size > largestImageBytes) {
		throw specError(
			where,
			`the image ${url} has ${Math.ceil(size / 1e6)} MB, more than the ${largestImageBytes / 1e6} MB that one may have`,
			'Make it smaller, or give the address of one that the provider fetches itself.',
		);
	}

	if (imageType(startOf(file)) === null) {
		throw specError(
			where,
			`${url} is no image of a known kind`,
			'PNG, JPEG, GIF and WebP are taken by all; BMP, HEIC and AVIF by some.',
		);
	}

	return file;
}

function startOf(file: string): Buffer {
	const start = Buffer.alloc(16);
	const descriptor = openSync(file, 'r');
	readSync(descriptor, start, 0, start.length, 0);
	closeSync(descriptor);
	return start;
}

async function* hashed(file: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
	for await (const chunk of readChunks(file)) {
		hash.update(chunk);
		yield chunk;
	}
}
