import type {BatchCounts} from '../domain/batch.ts';
import type {RemoteBatch, RemoteFile} from '../domain/batch-ports.ts';
import {isObject} from './answer-shape.ts';
import {failureMessage} from './failure-message.ts';

/**
 * A batch out of what an API sent, or null when it is none. `key` is taken out of its error messages; `now` stands
 * in for a creation time that is not told, so that a search for recent batches does not pass it over.
 */
export function readBatch(value: unknown, key: string | null, now: number): RemoteBatch | null {
	if (!isObject(value)) {
		return null;
	}

	const id = readId(value.id);
	const {status} = value;
	if (id === null || typeof status !== 'string' || status.trim() === '') {
		return null;
	}

	return {
		id,
		status: status.trim().toLowerCase(),
		createdAt: readTimeMs(value.created_at) ?? now,
		expiresAt: readTimeMs(value.expires_at),
		inputFileId: readId(value.input_file_id),
		outputFileId: readId(value.output_file_id),
		errorFileId: readId(value.error_file_id),
		counts: readCounts(value.request_counts),
		errors: readErrors(value.errors, key),
		metadata: readMetadata(value.metadata),
	};
}

/** A file out of what an API sent, or null when it is none. */
export function readFile(value: unknown, now: number): RemoteFile | null {
	const id = isObject(value) ? readId(value.id) : null;
	if (!isObject(value) || id === null) {
		return null;
	}

	const {filename, bytes} = value;
	return {
		id,
		name: typeof filename === 'string' ? filename : '',
		bytes: readCount(bytes) ?? 0,
		createdAt: readTimeMs(value.created_at) ?? now,
	};
}

/** A whole number from 0 on. */
export function readCount(value: unknown): number | null {
	return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** A clean batch may have the error file id `""` (seen live in July 2026). */
function readId(value: unknown): string | null {
	// One of dots alone would be a step upwards in the path of a route.
	return typeof value === 'string' && /[^.\s]/.test(value) ? value : null;
}

/** Seconds, or a date in words as Azure has it. */
function readTimeMs(seconds: unknown): number | null {
	if (typeof seconds === 'string') {
		const parsed = /^\d{4}-\d\d-\d\dT/.test(seconds) ? Date.parse(seconds) : Number.NaN;
		return Number.isFinite(parsed) ? parsed : null;
	}

	return typeof seconds === 'number' && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : null;
}

function readCounts(value: unknown): BatchCounts | null {
	const total = isObject(value) ? readCount(value.total) : null;
	return !isObject(value) || total === null
		? null
		: {total, completed: readCount(value.completed) ?? 0, failed: readCount(value.failed) ?? 0};
}

function readErrors(value: unknown, key: string | null): RemoteBatch['errors'] {
	const list = isObject(value) ? value.data : value;
	return (Array.isArray(list) ? list : []).filter(isObject).map(({code, message, line}) => {
		const name = typeof code === 'string' && code !== '' ? failureMessage(code, key) : null;
		const text = typeof message === 'string' ? failureMessage(message, key) : '';
		return {
			code: name,
			message: text || (name ?? 'no reason was given'),
			line: readCount(line) || null,
		};
	});
}

function readMetadata(value: unknown): RemoteBatch['metadata'] {
	const pairs = isObject(value) ? Object.entries(value) : [];
	return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}
