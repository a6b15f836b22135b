import {UserError} from '../domain/user-error.ts';
import {errorCode} from '../store/disk-error.ts';
import {writeDurably} from '../store/durable-write.ts';

/** Writes what a command was asked for into a file, whole or not at all. */
export async function writeOutput(
	file: string,
	chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
	try {
		await writeDurably(file, toBytes(chunks));
	} catch (error) {
		const code = errorCode(error);
		throw code === undefined || error instanceof UserError
			? error
			: new UserError(`${file} cannot be written (${code}).`, 'Name a file in a folder that is writable.');
	}
}

async function* toBytes(chunks: Iterable<string> | AsyncIterable<string>): AsyncGenerator<Buffer> {
	for await (const chunk of chunks) {
		yield Buffer.from(chunk);
	}
}
