import {rangesOf} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import {failureOn, requestLine} from '../domain/request-line.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {giveUpLost, isGivenUpAsLost, type LostOutcome, takeBackOutcome} from '../domain/take-back.ts';
import type {RowReader} from '../store/row-reader.ts';
import {saveState} from '../store/saved-state.ts';
import {type RunFiles, recordFact} from './run-files.ts';
import {systemClock} from './system-clock.ts';
import {toolVersion} from './tool-version.ts';

export type MendOptions = {
	readonly state: RunState;
	readonly journal: RunFiles['journal'];
	readonly stateFile: RunFiles['stateFile'];
	/** What the outcomes come to; null where the copies of the inputs cannot be read. */
	readonly rows: Pick<RowReader, 'read'> | null;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly queueOf: (index: number) => number;
	/** Lines of the journal are damaged or gone. */
	readonly isDamaged: boolean;
};

export type MendedRecord = {
	/** Their outcomes could not be read any more: they are asked again. */
	readonly requeued: readonly number[];
	/** Stages had added them, and what they ask is lost. */
	readonly lost: readonly number[];
};

/**
 * Holds what is known of a run against its journal. A request whose outcome cannot be told any more is queued again, one
 * whose own line is lost has failed. What is known after that goes into the journal as a whole, so that the journal
 * alone tells it as well. An ordinary start that meets damage and `doctor` both go this way.
 */
export async function mendRecord(given: MendOptions): Promise<MendedRecord> {
	const {state, journal, stateFile, isDamaged} = given;
	const {end} = journal;
	const readEvent: MendOptions['readEvent'] = (offset, body) =>
		offset >= end ? null : given.readEvent(offset, body);
	const options = {...given, readEvent};
	const lost = lostRequests(options);
	const requeued = lostOutcomes(options, new Set(lost));
	if (!isDamaged && lost.length === 0 && requeued.length === 0) {
		return {requeued, lost};
	}

	const at = systemClock.now();
	for (const index of lost) {
		giveUpLost(state, outcomeOf(index, options), at);
	}

	for (const index of requeued) {
		takeBackOutcome(state, outcomeOf(index, options));
	}

	forgetBeyond(state, end);
	state.journalEnd = end;
	recordFact(state, journal, {
		type: 'journal-mended',
		at,
		requeued: rangesOf(requeued),
		lost: rangesOf(lost),
		saved: JSON.stringify(saveState(state, toolVersion)),
	});
	await stateFile.save(state, journal);
	return {requeued, lost};
}

/** What an attempt came to that is not on record any more: its request is open, and its history begins anew. */
function forgetBeyond({columns, count}: RunState, end: number): void {
	for (let index = 0; index < count; index++) {
		if (columns.offset[index]! >= end) {
			columns.offset[index] = -1;
		}
	}
}

/** Those that stages added, by lines that are gone or cannot be read. */
function lostRequests({state, readEvent}: MendOptions): readonly number[] {
	const {added, count} = state;
	const lost: number[] = [];
	for (let index = added.from; index < count; index++) {
		const offset = added.offset[index - added.from]!;
		const event = offset < 0 ? null : readEvent(offset, true);
		const isThere = event?.type === 'request-added' && event.request !== null;
		if (!isThere && !isGivenUpAsLost(state, index)) {
			lost.push(index);
		}
	}

	return lost;
}

function lostOutcomes({state, rows, readEvent}: MendOptions, given: ReadonlySet<number>): readonly number[] {
	const {columns, count, unjudged} = state;
	const lost: number[] = [];
	for (let index = 0; index < count; index++) {
		const status = columns.status[index];
		const isOver = status === statusCode.done || status === statusCode.failed;
		if (given.has(index) || isGivenUpAsLost(state, index) || (!isOver && !unjudged.has(index))) {
			continue;
		}

		const line = () => requestLine(readEvent(columns.offset[index]!, true));
		const isThere = isOver && rows !== null ? canBeRead(rows, index) : line() !== null;
		if (!isThere) {
			lost.push(index);
		}
	}

	return lost;
}

function canBeRead(rows: Pick<RowReader, 'read'>, index: number): boolean {
	try {
		return rows.read(index).kind !== 'damaged';
	} catch {
		// A line may be JSON and yet no answer.
		return false;
	}
}

/** As much as its last line tells. */
function outcomeOf(index: number, {state, readEvent, queueOf}: MendOptions): LostOutcome {
	const offset = state.columns.offset[index]!;
	const line = offset < 0 ? null : requestLine(readEvent(offset, false));
	const lane = line && 'lane' in line ? line.lane : null;
	return {index, queue: queueOf(index), lane, kind: (line && failureOn(line)?.kind) ?? null};
}
