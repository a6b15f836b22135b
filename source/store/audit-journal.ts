import {type Buffer, isUtf8} from 'node:buffer';
import type {RunEvent} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {RunState} from '../domain/state.ts';
import {parseJson} from '../domain/verdict.ts';
import {readLines} from './read-lines.ts';
import {refuseForeign, refuseNewer} from './refuse-newer.ts';
import {isPossible, takeEvent} from './replay-state.ts';

export type JournalLine = {
	readonly event: RunEvent;
	/** Where it stands: counted from 1, and in bytes. */
	readonly number: number;
	readonly offset: number;
	/** What came with it, parsed; undefined where it has none. */
	readonly body: unknown;
	/** It is the line before it once more. */
	readonly isRepeated: boolean;
};

export type AuditTarget = {
	/** Before each line: the state is what the journal says up to here. */
	readonly onBoundary: (offset: number) => void;
	/** Before the state takes it in. */
	readonly onLine: (line: JournalLine) => void;
	/** What was damaged before is made good: the state is what this line holds. */
	readonly onMended: (offset: number) => void;
	/** A line, or the body of one, that cannot be read or cannot be true. */
	readonly onDamage: (sentence: string, offset: number) => void;
};

/**
 * Replays an open journal from its first byte, as a resume without state.json would, and reads every byte of it on the
 * way. Returns how many lines it has and where the last whole one ends.
 */
export function auditJournal(
	journal: number,
	file: string,
	state: RunState,
	target: AuditTarget,
): {readonly lines: number; readonly end: number} {
	let number = 0;
	let before = '';

	function take(line: Buffer, offset: number): void {
		number++;
		target.onBoundary(offset);
		const text = line.toString('utf8');
		const where = `line ${number} (byte ${offset}, ${line.length} bytes)`;
		const event = text.endsWith('}') && !line.includes(0) ? decodeEvent(text, {body: false}) : null;
		if (!event) {
			refuseForeign(line, {journal: file});
			target.onDamage(`${where} cannot be read`, offset);
			return;
		}

		refuseNewer(event, {journal: file});
		if (event.type === 'journal-mended' && takeEvent(state, event, offset, () => text) === 'mended') {
			target.onMended(offset);
			return;
		}

		if (event.type === 'journal-mended' || !isPossible(event, state)) {
			target.onDamage(`${where} cannot be true: ${event.type}`, offset);
			return;
		}

		const whole = isUtf8(line) ? (parseJson(text) as {readonly r?: unknown} | undefined) : undefined;
		if (whole === undefined) {
			target.onDamage(`the answer on ${where} cannot be read`, offset);
		}

		target.onLine({event, number, offset, body: whole?.r, isRepeated: text === before});
		if (takeEvent(state, event, offset, () => text) === 'behind-gap') {
			target.onDamage(`before ${where} a line is missing that held a request`, -1);
		}

		before = text;
	}

	const end = readLines(journal, 0, take);
	target.onBoundary(end);
	state.journalEnd = end;
	return {lines: number, end};
}
