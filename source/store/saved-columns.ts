import {Buffer} from 'node:buffer';
import type {AddedState, Columns} from '../domain/state.ts';

type SmallColumn = Uint8Array | Uint16Array;

/**
 * A column of small numbers: a byte for each as base64, or nothing where almost all are 0, and apart from it
 * `[index, number, …]` for those that do not fit into that.
 */
type SavedSmall = {readonly bytes: string | null; readonly others: readonly number[]};

/** 13 to 17 characters a request. */
export type SavedColumns = {
	readonly status: string;
	readonly attempts: SavedSmall;
	readonly retries: SavedSmall;
	readonly waits: SavedSmall;
	readonly offset: string;
};

const mostInByte = 255;
/** A number apart takes about this many times the room of one among the bytes. */
const roomApart = 8;

/** The first `count` entries of each: where requests are added, the columns have room for more. */
export function saveColumns(columns: Columns, count: number): SavedColumns {
	return {
		status: toBase64(columns.status.subarray(0, count)),
		attempts: saveSmall(columns.attempts.subarray(0, count)),
		retries: saveSmall(columns.retries.subarray(0, count)),
		waits: saveSmall(columns.waits.subarray(0, count)),
		offset: toBase64(columns.offset.subarray(0, count)),
	};
}

export type SavedAdded = {
	readonly from: number;
	readonly offset: string;
	readonly queue: string;
	readonly stage: string;
};

export function saveAdded({from, offset, queue, stage}: AddedState, count: number): SavedAdded {
	return {
		from,
		offset: toBase64(offset.subarray(0, count)),
		queue: toBase64(queue.subarray(0, count)),
		stage: toBase64(stage.subarray(0, count)),
	};
}

/** Null when a column has not `count` entries. */
export function restoreAdded(saved: SavedAdded, count: number): AddedState | null {
	const offset = new Float64Array(fromBase64(saved.offset).buffer);
	const queue = new Uint16Array(fromBase64(saved.queue).buffer);
	const stage = fromBase64(saved.stage);
	const isWhole = [offset, queue, stage].every(({length}) => length === count);
	return isWhole ? {from: saved.from, offset, queue, stage} : null;
}

/** Null when a column has not `count` entries. */
export function restoreColumns(saved: SavedColumns, count: number): Columns | null {
	const status = fromBase64(saved.status);
	const offset = fromBase64(saved.offset);
	const attempts = new Uint16Array(count);
	const retries = new Uint8Array(count);
	const waits = new Uint8Array(count);
	const whole =
		status.length === count &&
		offset.length === count * Float64Array.BYTES_PER_ELEMENT &&
		restoreSmall(saved.attempts, attempts) &&
		restoreSmall(saved.retries, retries) &&
		restoreSmall(saved.waits, waits);
	return whole ? {status, attempts, retries, waits, offset: new Float64Array(offset.buffer)} : null;
}

function saveSmall(column: SmallColumn): SavedSmall {
	const sparse = countSet(column) * roomApart < column.length;
	const others: number[] = [];
	for (let index = 0; index < column.length; index++) {
		const value = column[index]!;
		if (sparse ? value !== 0 : value > mostInByte) {
			others.push(index, value);
		}
	}

	return {bytes: sparse ? null : toBase64(Uint8Array.from(column)), others};
}

function countSet(column: SmallColumn): number {
	let count = 0;
	for (let index = 0; index < column.length; index++) {
		count += column[index] === 0 ? 0 : 1;
	}

	return count;
}

function restoreSmall({bytes, others}: SavedSmall, column: SmallColumn): boolean {
	if (bytes !== null) {
		const dense = fromBase64(bytes);
		if (dense.length !== column.length) {
			return false;
		}

		column.set(dense);
	}

	for (let at = 0; at < others.length; at += 2) {
		const index = others[at];
		const value = others[at + 1];
		if (index === undefined || value === undefined || index < 0 || index >= column.length) {
			return false;
		}

		column[index] = value;
	}

	return true;
}

function toBase64({buffer, byteOffset, byteLength}: SmallColumn | Float64Array): string {
	return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** A buffer of its own, so that it can be read as numbers of any size. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(Buffer.from(text, 'base64'));
}
