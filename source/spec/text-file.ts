import {readFile, stat} from 'node:fs/promises';
import {UserError} from '../domain/user-error.ts';
import {specError} from './spec-error.ts';
import {isValidUtf8} from './valid-utf8.ts';

/** YAML and templates are read whole, and YAML slowly: rows belong into an args file. */
const largestTextBytes = 16_000_000;

/** A small file of UTF-8 text. `asked`: the place in the spec that names it, or null for the spec itself. */
export async function readSmallFile(path: string, display: string, asked: string | null): Promise<Buffer> {
	const size = await regularFileSize(path, display, asked);
	if (size > largestTextBytes) {
		throw refusal(
			`${display} has ${Math.ceil(size / 1e6)} MB, more than the ${largestTextBytes / 1e6} MB that are read as text`,
			asked,
			'Put the rows into a .csv or .jsonl file and name it in `args: {file: …}`.',
		);
	}

	const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
		throw unreadable(error, display, asked);
	});
	if (!isValidUtf8(bytes)) {
		throw refusal(`${display} is not UTF-8 text`, asked, 'Save it as UTF-8.');
	}

	return bytes;
}

/** Size in bytes of what must be a file: a pipe or a device cannot be read twice. */
export async function regularFileSize(path: string, display: string, asked: string | null): Promise<number> {
	const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
		throw unreadable(error, display, asked);
	});
	if (!info.isFile()) {
		throw refusal(`${display} is not a regular file`, asked, 'Name a file.');
	}

	return info.size;
}

/** Text as an editor shows it: without a byte order mark, with plain line breaks. */
export function plainText(bytes: Buffer): string {
	return bytes
		.toString('utf8')
		.replace(/^\uFEFF/, '')
		.replaceAll('\r\n', '\n');
}

function unreadable(error: NodeJS.ErrnoException, display: string, asked: string | null): UserError {
	const isMissing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
	const reason = isMissing ? 'does not exist' : `cannot be read (${error.code})`;
	const hint = asked === null ? 'Check the path.' : "A file's path is relative to the folder of the spec.";
	return refusal(`${display} ${reason}`, asked, hint);
}

function refusal(problem: string, asked: string | null, hint: string): UserError {
	return asked === null ? new UserError(`${problem}.`, hint) : specError(asked, problem, hint);
}
