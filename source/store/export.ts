import {once} from 'node:events';
import type {Writable} from 'node:stream';
import {csvLine} from './csv.ts';
import {errorCode} from './disk-error.ts';
import type {RowReader} from './row-reader.ts';

export type ExportOptions = {
	readonly format: 'jsonl' | 'csv';
	/** The failures instead of the results. */
	readonly failed: boolean;
	/** A request that has an outcome, but whose journal lines cannot be read. */
	readonly onDamaged: (index: number) => void;
};

const chunkChars = 64 * 1024;

const askedColumns = ['prompt', 'prompt_raw', 'prompt_args', 'messages', 'messages_raw', 'messages_args'];
const headColumns = ['id', 'index', 'choice_index', ...askedColumns, 'model', 'model_args', 'provider'];
const answerColumns = ['text', 'parsed', 'finish_reason', 'warnings', 'choice', 'completion'];
const callColumns = ['usage', 'cost_usd', 'call', 'mode', 'batch_id', 'attempts'];
const timeColumns = ['sent_at', 'finished_at', 'latency_ms', 'input'];
const scoreColumns = ['scores', 'score_errors'];

/** The columns of CSV. A run may ask in both ways, so there are columns for either. */
const resultColumns = [...headColumns, ...answerColumns, ...callColumns, ...timeColumns];
const failureColumns = [
	...headColumns.filter(column => column !== 'choice_index'),
	...['attempts', 'error', 'history', 'input'],
];

/**
 * The rows of all requests that have one by now, in the order of the spec, as pieces of text. They are made when
 * they are asked for, so memory stays flat.
 */
export function* exportRows(rows: RowReader, options: ExportOptions): Generator<string, void> {
	const columns = options.failed
		? failureColumns
		: [...resultColumns, ...rows.roundColumns, ...(rows.isScored ? scoreColumns : [])];
	const isCsv = options.format === 'csv';
	let chunk = isCsv ? csvLine(columns) : '';
	for (let index = 0; index < rows.count; index++) {
		for (const row of rowsOf(rows, index, options)) {
			chunk += isCsv ? csvLine(columns.map(column => row[column])) : `${JSON.stringify(row)}\n`;
			if (chunk.length > chunkChars) {
				yield chunk;
				chunk = '';
			}
		}
	}

	yield chunk;
}

/** Writes to a pipe or terminal at its own pace. A reader that has seen enough (`| head`) ends it quietly. */
export async function writeTo(
	out: Writable,
	chunks: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
	let failure: Error | null = null;
	// Stays on: a pipe may tell of its end after the last write.
	out.on('error', (error: Error) => {
		failure ??= error;
	});
	try {
		for await (const chunk of chunks) {
			if (!out.write(chunk)) {
				await once(out, 'drain');
			}
		}

		await new Promise<void>(resolve => {
			out.write('', () => resolve());
		});
	} catch (error) {
		failure ??= error as Error;
	}

	if (failure && errorCode(failure) !== 'EPIPE') {
		throw failure;
	}
}

function rowsOf(
	rows: RowReader,
	index: number,
	{failed, onDamaged}: ExportOptions,
): readonly {readonly [column: string]: unknown}[] {
	const read = rows.read(index);
	switch (read.kind) {
		case 'result':
			return failed ? [] : read.rows;
		case 'failure':
			return failed ? [read.row] : [];
		case 'damaged':
			onDamaged(index);
			return [];
		case 'none':
			return [];
	}
}
