import {readFile} from 'node:fs/promises';
import type {Adapter} from 'lowdb';
import {errorCode} from './disk-error.ts';
import {type OnSaveStep, writeDurably} from './durable-write.ts';

/**
 * A lowdb adapter for one JSON object, in a file that survives a crash and a power cut (lowdb's own never syncs).
 * One write at a time: what comes meanwhile waits, and of that only the newest is written.
 */
export function durableJson<Data>(file: string, onStep?: OnSaveStep): Adapter<Data> {
	let writing: Promise<void> | null = null;
	let waiting: {data: Data; readonly written: Promise<void>} | null = null;

	function start(data: Data): Promise<void> {
		const written = writeDurably(file, JSON.stringify(data), onStep).finally(() => {
			writing = null;
		});
		writing = written;
		return written;
	}

	async function startWaiting(): Promise<void> {
		const newest = waiting;
		waiting = null;
		return newest ? start(newest.data) : undefined;
	}

	return {
		async read() {
			try {
				const data: unknown = JSON.parse(await readFile(file, 'utf8'));
				// To lowdb nothing would mean that there is no file.
				if (!data) {
					throw new SyntaxError(`${file} holds ${String(data)}`);
				}

				return data as Data;
			} catch (error) {
				if (errorCode(error) === 'ENOENT') {
					return null;
				}

				throw error;
			}
		},
		async write(data) {
			if (waiting) {
				waiting.data = data;
				return waiting.written;
			}

			if (!writing) {
				return start(data);
			}

			waiting = {data, written: writing.catch(() => {}).then(startWaiting)};
			return waiting.written;
		},
	};
}
