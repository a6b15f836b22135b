import {closeSync, constants, openSync, readFileSync, writeSync} from 'node:fs';
import path from 'node:path';
import type {StateFolder} from './state-folder.ts';

/** How often each body has come, also in earlier sessions, so that a fault is not met again after a resume. */
export type BodyCounts = {
	/** Counts one more arrival and gives the new count. */
	readonly add: (hash: number) => number;
	readonly close: () => void;
};

const flushEveryMs = 250;
const bytesEach = 8;

/**
 * The file is a log, 8 bytes for each arrival and appended four times a second: a million bodies are 8 MB, and a
 * kill costs the last moments, whose bodies then get the same answer again. A torn last entry is not read, and the
 * next one overwrites it.
 */
export function openBodyCounts(state: StateFolder): BodyCounts {
	const counts = new Map<number, number>();
	const add = (hash: number) => {
		const count = (counts.get(hash) ?? 0) + 1;
		counts.set(hash, count);
		return count;
	};

	if (!state.persistent) {
		return {add, close() {}};
	}

	const log = path.join(state.folder('.'), 'counts.bin');
	const file = openSync(log, constants.O_RDWR | constants.O_CREAT, 0o600);
	let end = loadCounts(file, add);
	let pending: number[] = [];
	const flush = () => {
		if (pending.length > 0) {
			const entries = Buffer.from(Float64Array.from(pending).buffer);
			writeSync(file, entries, 0, entries.length, end);
			end += entries.length;
			pending = [];
		}
	};

	const timer = setInterval(flush, flushEveryMs);
	timer.unref();
	return {
		add(hash) {
			pending.push(hash);
			return add(hash);
		},
		close() {
			clearInterval(timer);
			flush();
			closeSync(file);
		},
	};
}

/** The offset behind the last whole entry. */
function loadCounts(file: number, add: (hash: number) => number): number {
	const log = readFileSync(file);
	const whole = log.length - (log.length % bytesEach);
	const entries = new Float64Array(new Uint8Array(log.subarray(0, whole)).buffer);
	for (const hash of entries) {
		add(hash);
	}

	return whole;
}
