import type {RunEvent} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {Journal} from '../domain/ports.ts';
import {openLineReader} from '../store/line-reader.ts';

/** The lines of a run's journal, also of one that is closed: the screen stays with its report. */
export type RunLines = {
	read(offset: number): string;
	/** Null where the line is damaged. */
	readEvent(offset: number, body: boolean): RunEvent | null;
	/** The journal is closed from now on. */
	close(): void;
};

export function createRunLines(journal: Journal, file: string): RunLines {
	const reader = openLineReader(file);
	let isClosed = false;
	const read = (offset: number) => (isClosed ? reader.read(offset) : journal.read(offset));
	return {
		read,
		readEvent: (offset, body) => decodeEvent(read(offset), {body}),
		close() {
			isClosed = true;
		},
	};
}
