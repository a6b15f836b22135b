import {type ByteSource, type InputFile, type InputFolder, openBytes} from './input-folder.ts';
import {prepareInputs} from './prepare-inputs.ts';
import {isOwnStore, rowStoreName} from './prepare-rows.ts';
import type {Spec} from './spec.ts';
import {rowIndexName, rowQueuesName} from './spec-files.ts';

/**
 * What `inputs/` would hold, without writing anything: for `check` and dry runs. Rows of a file that can serve
 * as they are stay in it; others are held in memory.
 */
export async function memoryInputs(spec: Spec): Promise<InputFolder> {
	const {args} = spec;
	const inPlace = args.kind === 'file' && isOwnStore(args) ? args.file : null;
	const needed =
		args.kind === 'file' ? [rowIndexName, rowQueuesName, ...(inPlace ? [] : [rowStoreName(args)])] : [];
	const held = new Map<string, readonly Buffer[]>();
	const originals = new Map<string, string>();
	for await (const {name, content, path} of prepareInputs(spec)) {
		if (path !== undefined) {
			originals.set(name, path);
			continue;
		}

		const chunks: Buffer[] = [];
		for await (const chunk of chunksOf(content)) {
			if (needed.includes(name)) {
				chunks.push(chunk);
			}
		}

		held.set(name, chunks);
	}

	return {
		bytes(name) {
			const original = name === inPlace?.stored ? inPlace.path : originals.get(name);
			return original === undefined ? chunkBytes(held.get(name) ?? []) : openBytes(original);
		},
	};
}

function chunksOf(content: InputFile['content']): AsyncIterable<Buffer> | readonly Buffer[] {
	return typeof content === 'string' || Buffer.isBuffer(content) ? [Buffer.from(content)] : content;
}

/** Chunks as they came: joined, they would take their size twice. No row lies in two of them. */
function chunkBytes(chunks: readonly Buffer[]): ByteSource {
	const starts = [0];
	for (const chunk of chunks) {
		starts.push(starts.at(-1)! + chunk.length);
	}

	return {
		size: starts.at(-1)!,
		read(position, length) {
			let low = 0;
			let high = chunks.length;
			while (high - low > 1) {
				const middle = (low + high) >> 1;
				if (starts[middle]! <= position) {
					low = middle;
				} else {
					high = middle;
				}
			}

			const start = position - starts[low]!;
			return chunks[low]!.subarray(start, start + length);
		},
		close: () => {},
	};
}
