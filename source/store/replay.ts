import {Buffer} from 'node:buffer';
import type {RunEvent} from '../domain/event.ts';
import {bodyMark, decodeEvent} from '../domain/event-line.ts';
import {readPiecesOfLines} from './read-lines.ts';

export type ReplayTarget = {
	/** Bodies are left out: `raw` is empty. False when the event cannot be true. */
	readonly onEvent: (event: RunEvent, offset: number) => boolean;
	/** A line that is no event, without its line break. The bytes are only lent. */
	readonly onDamage: (line: Buffer, offset: number) => void;
};

const lineBreak = 0x0a;
const closingBrace = 0x7d;
const mark = Buffer.from(bodyMark);

/**
 * Reads an open journal from the line at `from` on, and returns the offset behind its last whole line: what follows is
 * still being written, or was torn. A million lines take about a second, because bodies are skipped.
 */
export function replay(journal: number, from: number, target: ReplayTarget): number {
	return readPiecesOfLines(journal, from, (piece, offset) => takeLines(piece, offset, target));
}

/** Returns how many bytes the whole lines of the chunk have. */
function takeLines(chunk: Buffer, offset: number, target: ReplayTarget): number {
	// A power cut may leave zeros where a line was; no line of ours holds one.
	const hasZeros = chunk.includes(0);
	let start = 0;
	let body = -1;
	for (let end = chunk.indexOf(lineBreak); end >= 0; end = chunk.indexOf(lineBreak, start)) {
		if (body < start) {
			body = chunk.indexOf(mark, start);
			body = body < 0 ? chunk.length : body;
		}

		const whole = chunk[end - 1] === closingBrace && !(hasZeros && chunk.subarray(start, end).includes(0));
		const head = chunk.toString('utf8', start, body < end ? body + mark.length : end);
		const event = whole ? decodeEvent(head, {body: false}) : null;
		if (!event || !target.onEvent(event, offset + start)) {
			target.onDamage(chunk.subarray(start, end), offset + start);
		}

		start = end + 1;
	}

	return start;
}
