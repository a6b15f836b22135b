import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {runOf} from '../cli/run-folder.ts';

/** A line of the journal by the suite's own reading: it must not trust the code that it judges. */
export type JournalLine = {
	/** As it stands in the file. */
	readonly text: string;
	readonly answered?: number;
	readonly failed?: number;
	readonly sequel?: string;
	readonly type?: string;
	/** Of the API. */
	readonly id?: string;
	/** The response as it came. */
	readonly r?: {readonly id?: string};
};

/** What must still be there after a fault: the lines of the answers, byte for byte. */
export type Acknowledged = readonly string[];

/** The whole lines; a torn last one is left out, and so is what is no object. An object that is none fails the test. */
export function ownJournal(folder: string): readonly JournalLine[] {
	const lines = wholeLines(folder).filter(line => line.startsWith('{'));
	return lines.map(text => ({...(JSON.parse(text) as Omit<JournalLine, 'text'>), text}));
}

/** To be taken while the fault goes on, or right after it and before the program runs again. */
export function acknowledgedIn(folder: string): Acknowledged {
	return wholeLines(folder).filter(line => line.startsWith('{"answered":'));
}

function wholeLines(folder: string): readonly string[] {
	const file = path.join(runOf(folder), 'journal.jsonl');
	return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
