import {closeSync, fstatSync, openSync} from 'node:fs';
import {
	type BatchBooks,
	batchProblem,
	bookBatch,
	createBatchBooks,
	rebookBatches,
} from '../domain/batch-books.ts';
import {createState} from '../domain/create-state.ts';
import type {RunEvent} from '../domain/event.ts';
import {lineProblem} from '../domain/line-check.ts';
import {costProblem, isBilled, usageProblem} from '../domain/price-check.ts';
import {forgive, noProblems, note, type Problems} from '../domain/problems.ts';
import type {RunState} from '../domain/state.ts';
import {createTally, type Tally, tally, tallyAnew, tallyProblems} from '../domain/tally.ts';
import {auditJournal, type JournalLine} from '../store/audit-journal.ts';
import {type RawState, stateProblems} from '../store/compare-state.ts';
import type {RunDirectory} from '../store/run-directory.ts';

/** What one pass over the whole journal came to. */
export type JournalVerdict = {
	/** As replayed from the first line to the last. */
	readonly state: RunState;
	readonly lines: number;
	readonly end: number;
	/** Bytes behind the last whole line. */
	readonly tornBytes: number;
	readonly damage: Problems;
	/** Lines that cannot follow on those before them. */
	readonly order: Problems;
	readonly usage: Problems & {checked: number};
	readonly cost: Problems & {checked: number; unknown: number};
	readonly tally: Tally;
	readonly sums: readonly string[];
	readonly batches: Problems;
	readonly batchBooks: BatchBooks;
	/** Null where state.json cannot be held against the journal. */
	readonly stateFile: readonly string[] | null;
	readonly created: Extract<RunEvent, {type: 'run-created'}> | null;
	readonly sessions: number;
	/** Where damage was last made good: what stands before counts as it was saved there. */
	readonly mendedAt: number | null;
	/** False where the line at an offset, or its answer, is damaged. */
	readonly isReadable: (offset: number) => boolean;
};

/** Where the pass is, in bytes. */
export type OnBytes = (done: number, of: number) => void;

const linesPerLook = 4096;

/** Null when there is no journal. */
export function verifyJournal(
	{journal: file}: RunDirectory,
	saved: RawState,
	onBytes: OnBytes,
): JournalVerdict | null {
	const journal = openOrNull(file);
	if (journal === null) {
		return null;
	}

	try {
		return verifyLines(journal, file, saved, onBytes);
	} finally {
		closeSync(journal);
	}
}

function verifyLines(journal: number, file: string, saved: RawState, onBytes: OnBytes): JournalVerdict {
	const {size} = fstatSync(journal);
	const state = createState();
	const damaged = new Set<number>();
	const isDamaged = (offset: number) => damaged.has(offset);
	const damage = noProblems();
	const order = noProblems();
	const usage = {...noProblems(), checked: 0};
	const cost = {...noProblems(), checked: 0, unknown: 0};
	const batches = noProblems();
	const batchBooks = createBatchBooks();
	const sums = createTally();
	let stateFile: readonly string[] | null = null;
	let created: JournalVerdict['created'] = null;
	let sessions = 0;
	let mendedAt: number | null = null;

	function onLine({event, number, offset, body, isRepeated}: JournalLine): void {
		const where = `line ${number} (byte ${offset})`;
		const wrong = isRepeated ? 'it is the line before it once more' : lineProblem(state, event, isDamaged);
		note(order, wrong && `${where}: ${wrong}`);
		if (isBilled(event)) {
			const told = usageProblem(event, body);
			note(usage, told && `${where}: ${told}`);
			usage.checked++;
			const priced = costProblem(state, event, body);
			if (priced === 'unknown') {
				cost.unknown++;
			} else {
				cost.checked++;
				note(cost, priced && `${where}: ${priced}`);
			}
		}

		if (event.type === 'run-created') {
			created = event;
		}

		sessions += event.type === 'session-started' ? 1 : 0;
		tally(sums, event);
		bookBatch(batchBooks, event, state, batches);
		if (number % linesPerLook === 0) {
			onBytes(offset, size);
		}
	}

	const {lines, end} = auditJournal(journal, file, state, {
		onBoundary(offset) {
			if (saved.kind === 'read' && saved.journalEnd === offset) {
				state.journalEnd = offset;
				stateFile = stateProblems(saved.json, state);
			}
		},
		onLine,
		onMended(offset) {
			mendedAt = offset;
			[damage, order, usage, cost, batches].forEach(forgive);
			damaged.clear();
			tallyAnew(sums, state);
			rebookBatches(batchBooks, state);
		},
		onDamage(sentence, offset) {
			damaged.add(offset);
			note(damage, sentence);
		},
	});
	note(batches, batchProblem(batchBooks, state));
	return {
		state,
		lines,
		end,
		tornBytes: Math.max(0, fstatSync(journal).size - end),
		damage,
		order,
		usage,
		cost,
		tally: sums,
		sums: tallyProblems(sums, state.totals),
		batches,
		batchBooks,
		stateFile,
		created,
		mendedAt,
		sessions,
		isReadable: offset => !damaged.has(offset),
	};
}

function openOrNull(file: string): number | null {
	try {
		return openSync(file, 'r');
	} catch {
		return null;
	}
}
