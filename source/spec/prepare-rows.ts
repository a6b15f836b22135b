import {createHash} from 'node:crypto';
import {stat} from 'node:fs/promises';
import type {ImageFiles} from './image-files.ts';
import type {InputFile} from './input-folder.ts';
import type {ManifestFile} from './manifest.ts';
import {changedWhileRead, createRowCheck} from './row-check.ts';
import {createRowChoice} from './row-choice.ts';
import {countRows, refuseRowCount} from './row-count.ts';
import {readChunks, readRows} from './row-files.ts';
import {createRowIndexBuilder} from './row-index.ts';
import type {RowsAxis, Spec} from './spec.ts';
import {axesOf} from './spec-axes.ts';
import {rowIndexName, rowLinesName, rowQueuesName} from './spec-files.ts';
import {regularFileSize} from './text-file.ts';

/** True when the copy of the file can serve as the rows themselves: then they are not written twice. */
export function isOwnStore({format, offset, limit, sample}: RowsAxis): boolean {
	return format === 'jsonl' && offset === 0 && limit === null && sample === null;
}

/** The name in `inputs/` of the lines that the index points into. */
export function rowStoreName(axis: RowsAxis): string {
	return isOwnStore(axis) ? axis.file.stored : rowLinesName;
}

/** The copy of a file of rows, the chosen rows as lines of JSON, and the index of those lines. */
export async function* prepareRows(
	spec: Spec,
	axis: RowsAxis,
	images: ImageFiles,
	done: (file: ManifestFile) => void,
): AsyncGenerator<InputFile> {
	const {file} = axis;
	const size = await regularFileSize(file.path, file.display, axis.where);
	const {mtimeMs} = await stat(file.path);
	const hash = createHash('sha256');
	const index = createRowIndexBuilder();
	const rows = createRowCheck(spec, file.display, axesOf(spec, 1).takesIds, images);
	let end = 0;

	/** The lines that are stored, and their index as they go by. */
	async function* chosenLines(): AsyncGenerator<Buffer> {
		const total = axis.sample === null ? 0 : await countRows(axis);
		const choose = createRowChoice(axis, total);
		let position = 0;
		for await (const {rows: parsed} of readRows(axis)) {
			let lines = '';
			let isOver = false;
			for (const input of parsed) {
				const choice = choose(position++);
				isOver ||= choice === 'stop';
				if (choice === 'take') {
					rows.check(input, index.count());
					const line = `${JSON.stringify(input.row)}\n`;
					index.add(end);
					end += Buffer.byteLength(line);
					lines += line;
				}
			}

			yield Buffer.from(lines);
			if (isOver) {
				return;
			}
		}
	}

	/** The file as it is; its own lines are the rows. */
	async function* wholeFile(): AsyncGenerator<Buffer> {
		for await (const {chunk, rows: parsed} of readRows(axis)) {
			hash.update(chunk);
			end += chunk.length;
			for (const input of parsed) {
				rows.check(input, index.count());
				index.add(input.start);
			}

			yield chunk;
		}
	}

	async function* copy(): AsyncGenerator<Buffer> {
		for await (const chunk of readChunks(file.path)) {
			hash.update(chunk);
			yield chunk;
		}
	}

	if (isOwnStore(axis)) {
		yield {name: file.stored, content: wholeFile()};
	} else {
		yield {name: file.stored, content: copy()};
		yield {name: rowLinesName, content: chosenLines()};
	}

	const after = await stat(file.path);
	if (after.size !== size || after.mtimeMs !== mtimeMs) {
		throw changedWhileRead(file.display);
	}

	const count = index.count();
	refuseRowCount(spec, axis, count);
	rows.finish();
	yield {name: rowIndexName, content: index.finish(end, rows.hasIds())};
	const queues = rows.queues();
	if (queues !== null) {
		yield {name: rowQueuesName, content: queues};
	}

	done({name: file.name, stored: file.stored, size, mtimeMs, sha256: hash.digest('hex'), rows: count});
}
