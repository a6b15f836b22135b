import {setImmediate as nextTurn} from 'node:timers/promises';
import type {LifeStep} from '../domain/life-step.ts';
import type {PartLimits, ResultFacts, ResultParts} from '../domain/result-files.ts';
import {createScoreTally, type ScoreTally} from '../domain/score-tally.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {diskError} from './disk-error.ts';
import {syncFolder} from './durable-write.ts';
import {createPartedFile, type PartedFile} from './parted-file.ts';
import {createRowFile, type RowFile} from './row-file.ts';
import type {RowReader} from './row-reader.ts';
import type {RunDirectory} from './run-directory.ts';

/** Writes results.jsonl (or its parts) and failures.jsonl whole, in the order of the spec. */
export type ResultsWriter = {
	/**
	 * Gets ahead while the run goes on, so that little is left for the end: goes on with the next requests in order
	 * as far as they have an outcome, for at most about `budgetMs`. Costs nothing when there is none. A disk that
	 * refuses is left for `finish` to tell.
	 */
	advance(budgetMs: number): void;
	/** About how long `finish` would take. */
	estimateMs(): number;
	/**
	 * Writes the rest and puts both files into their places; until then the old ones are intact. Requests without an
	 * outcome are left out. Call it when nothing changes any more. Rejects with a UserError when the disk refuses.
	 */
	finish(): Promise<WrittenRows>;
	/** Gives up what was written so far. */
	discard(): Promise<void>;
};

export type WrittenRows = {
	readonly results: number;
	readonly failures: number;
	/** Requests whose journal lines cannot be read: they have an outcome and yet no row. */
	readonly damaged: readonly number[];
	readonly facts: ResultFacts;
};

export type ResultsWriterOptions = {
	readonly directory: RunDirectory;
	readonly state: RunState;
	readonly rows: RowReader;
	/** Null: results.jsonl is not split. */
	readonly parts?: PartLimits | null;
	/** Told of the steps of `finish`, so that a test can end the process there. */
	readonly onStep?: ((step: LifeStep) => void) | undefined;
};

/** Before any row was measured. */
const guessMsPerRow = 0.02;
const sliceMs = 20;
const rowsPerLook = 16;

/** What is on its way into the files. */
type Draft = {
	readonly results: PartedFile;
	readonly failures: RowFile;
	readonly scores: ScoreTally;
	/** The next request. */
	cursor: number;
	/** Of the requests before the cursor, those with an outcome, and a digest of where their outcomes stand. */
	outcomes: number;
	digest: number;
	readonly written: {results: number; failures: number; readonly damaged: number[]};
};

export function createResultsWriter({
	directory,
	state,
	rows,
	parts = null,
	onStep,
}: ResultsWriterOptions): ResultsWriter {
	let draft: Draft | null = null;
	let refused = false;
	let measuredMs = 0;
	let measuredRequests = 0;

	function begin(): Draft {
		const results = createPartedFile(directory, parts);
		try {
			return {
				results,
				failures: createRowFile(directory.failures),
				scores: createScoreTally(),
				cursor: 0,
				outcomes: 0,
				digest: 0,
				written: {results: 0, failures: 0, damaged: []},
			};
		} catch (error) {
			void results.discard();
			throw error;
		}
	}

	/** Goes on for `budgetMs`, over requests without an outcome only if `skip` says so. */
	function work(to: Draft, budgetMs: number, skip: boolean): void {
		const start = performance.now();
		const before = to.outcomes;
		for (let looked = 1; to.cursor < state.count; looked++) {
			if (hasOutcome(state, to.cursor)) {
				writeRows(to, rows);
				to.digest = digestOf(state, to.digest, to.cursor);
				to.outcomes++;
			} else if (!skip) {
				break;
			}

			to.cursor++;
			if (looked % rowsPerLook === 0 && performance.now() - start >= budgetMs) {
				break;
			}
		}

		if (to.outcomes > before) {
			measuredMs += performance.now() - start;
			measuredRequests += to.outcomes - before;
		}
	}

	async function discard(): Promise<void> {
		const old = draft;
		draft = null;
		await Promise.all([old?.results.discard(), old?.failures.discard()]);
	}

	return {
		discard,
		advance(budgetMs) {
			if (refused || !hasOutcome(state, draft?.cursor ?? 0)) {
				return;
			}

			try {
				draft ??= begin();
				work(draft, budgetMs, false);
			} catch {
				// The journal needs the room on the disk more.
				refused = true;
				void discard();
			}
		},
		estimateMs() {
			const outcomes = state.totals.status[statusCode.done]! + state.totals.status[statusCode.failed]!;
			const ahead = draft && isUpToDate(state, draft) ? draft.outcomes : 0;
			return (outcomes - ahead) * (measuredRequests > 0 ? measuredMs / measuredRequests : guessMsPerRow);
		},
		async finish() {
			try {
				if (draft && !isUpToDate(state, draft)) {
					await discard();
				}

				draft ??= begin();
				while (draft.cursor < state.count) {
					work(draft, sliceMs, true);
					await nextTurn();
				}

				await draft.results.sync();
				await draft.failures.sync();
				onStep?.('results-synced');
				const placed = draft.results.place();
				onStep?.('results-half');
				draft.failures.place();
				await syncFolder(directory.path);
				onStep?.('results-placed');
				const {written, scores} = draft;
				draft = null;
				return {...written, facts: factsOf(placed, scores)};
			} catch (error) {
				await discard();
				throw diskError(error, 'write', directory.results);
			}
		},
	};
}

function hasOutcome(state: RunState, index: number): boolean {
	const status = state.columns.status[index];
	return status === statusCode.done || status === statusCode.failed;
}

/** Keys without anything to say are left out: they stand on record with the fact that the files are written. */
function factsOf(parts: ResultParts | null, tally: ScoreTally): ResultFacts {
	const scores = tally.sum();
	return {...(parts && {parts}), ...(scores.length > 0 && {scores})};
}

function writeRows({cursor, results, failures, scores, written}: Draft, rows: RowReader): void {
	const read = rows.read(cursor);
	switch (read.kind) {
		case 'result':
			for (const row of read.rows) {
				results.write(`${JSON.stringify(row)}\n`);
			}

			scores.add(read.rows);

			written.results += read.rows.length;
			return;
		case 'failure':
			failures.write(`${JSON.stringify(read.row)}\n`);
			written.failures++;
			return;
		case 'damaged':
			written.damaged.push(cursor);
			return;
		case 'none':
	}
}

/** A wipe or a changed spec may have taken outcomes back that are written already. */
function isUpToDate(state: RunState, {cursor, digest}: Draft): boolean {
	let now = 0;
	for (let index = 0; index < cursor; index++) {
		if (hasOutcome(state, index)) {
			now = digestOf(state, now, index);
		}
	}

	return cursor <= state.count && now === digest;
}

/** A request's outcome is told by its index and its journal offset (FNV-1a over both). */
function digestOf({columns}: RunState, digest: number, index: number): number {
	const offset = columns.offset[index]!;
	let mixed = Math.imul(digest ^ index, 16_777_619);
	mixed = Math.imul(mixed ^ offset, 16_777_619);
	return Math.imul(mixed ^ (offset / 2 ** 32), 16_777_619);
}
