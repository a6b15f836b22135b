import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {checkCost} from './check-money.ts';
import type {Findings} from './finding.ts';
import {type JournalModel, modelOf, readJournal} from './journal-model.ts';
import type {MadeSpec} from './made-spec.ts';
import type {Answer, Call, Witnessed} from './witness-log.ts';

/** How long the program may take to read what has arrived, on a machine that is busy. */
const graceMs = 1000;

export type EndedSession = {
	/** Its directory. */
	readonly run: string;
	readonly spec: MadeSpec;
	/** As the session before left it. */
	readonly before: JournalModel;
	readonly witnessed: Witnessed;
	/** Calls that had come before this session. */
	readonly callsBefore: number;
	readonly endedAtMs: number;
};

/** What holds after every session, however it ended. `boughtTwice`: answers that were paid for and not kept. */
export function checkSession(
	{run, spec, before, witnessed, callsBefore, endedAtMs}: EndedSession,
	findings: Findings,
): {readonly journal: JournalModel; readonly boughtTwice: number} {
	const {expect} = findings;
	const journal = readJournal(path.join(run, 'journal.jsonl'));
	const kept = before.bytes.subarray(0, before.bytes.length - before.tailBytes);
	const isAppended = journal.bytes.subarray(0, kept.length).equals(kept);
	expect(isAppended, 'the journal is not the earlier one with more behind it', 'torn');
	for (const line of journal.torn) {
		expect(false, `a torn line: ${line.slice(0, 200)}`, 'torn');
	}

	for (const message of journal.wrong) {
		expect(false, message);
	}

	checkState(path.join(run, 'state.json'), journal, findings);
	checkCost(journal, witnessed, findings);
	checkKept(journal, witnessed, findings);
	checkNotAgain(spec, before, witnessed, findings);
	expect(
		witnessed.calls.length <= journal.started,
		`${witnessed.calls.length} calls came, ${journal.started} were on record before they left`,
	);
	expect(journal.out <= spec.concurrency, `${journal.out} calls out, the bound is ${spec.concurrency}`);
	return {journal, boughtTwice: checkLost(journal, witnessed, callsBefore, endedAtMs, findings)};
}

type Saved = {
	readonly journalEnd: number;
	readonly totals: {
		readonly cost: {readonly direct: string; readonly batch: string};
		readonly tokens: {readonly input: number; readonly cached: number; readonly output: number};
		readonly maybeBilled: {readonly calls: number; readonly cost: string};
		readonly done: {readonly direct: number; readonly batch: number};
		readonly failed: readonly (readonly [string, number])[];
	};
};

/** It always parses, and says what a recount of the journal up to its mark says. */
function checkState(file: string, journal: JournalModel, {expect}: Findings): void {
	if (!existsSync(file)) {
		return;
	}

	let saved: Saved;
	try {
		saved = JSON.parse(readFileSync(file, 'utf8')) as Saved;
	} catch (error) {
		expect(false, `state.json does not parse: ${error}`, 'torn');
		return;
	}

	const {journalEnd, totals} = saved;
	expect(journalEnd <= journal.bytes.length, `state.json is ahead of the journal, at ${journalEnd}`);
	const recount = modelOf(journal.bytes.subarray(0, journalEnd));
	const failed = totals.failed.reduce((sum, [, count]) => sum + count, 0);
	const said = {
		direct: BigInt(totals.cost.direct),
		batch: BigInt(totals.cost.batch),
		tokens: totals.tokens,
		maybe: {calls: totals.maybeBilled.calls, pico: BigInt(totals.maybeBilled.cost)},
		done: totals.done.direct + totals.done.batch,
		failed,
	};
	const outcomes = [...recount.outcomes.values()];
	const counted = {
		...recount.costPico,
		tokens: recount.tokens,
		maybe: recount.maybeBilled,
		done: outcomes.filter(outcome => outcome === 'done').length,
		failed: outcomes.filter(outcome => outcome === 'failed').length,
	};
	expect(isDeepStrictEqual(said, counted), `state.json says ${shown(said)}, a recount ${shown(counted)}`);
}

/** What is on record is what the server said, where a call was not shared. */
function checkKept(journal: JournalModel, {answers, lines}: Witnessed, {expect}: Findings): void {
	for (const [id, {kind, raw}] of journal.answers) {
		if (kind === 'answered' && raw !== undefined) {
			const sent = answers.get(id)?.body ?? lines.get(id)?.body;
			expect(isDeepStrictEqual(raw, sent), `answer ${id} is not on record as it was sent`, 'lost');
		}
	}
}

/** No request whose answer was on record before this session is asked in it. */
function checkNotAgain(spec: MadeSpec, before: JournalModel, {calls}: Witnessed, {expect}: Findings): void {
	if (spec.repeats) {
		return;
	}

	const answered = new Set<string>();
	for (const {id, body} of calls) {
		const text = JSON.stringify(body);
		expect(!answered.has(text), `call ${id} asks what was answered and on record: ${text}`);
		if (before.answers.get(id)?.kind === 'answered') {
			answered.add(text);
		}
	}
}

/**
 * Answers that were paid for and are not on record. At most the calls that were out are lost, and none that the program
 * surely had: it arrived long before, or another call has left on its connection since.
 */
function checkLost(
	journal: JournalModel,
	{calls, answers}: Witnessed,
	callsBefore: number,
	endedAtMs: number,
	{expect}: Findings,
): number {
	const last = new Map<number, string>();
	for (const {connection, id} of calls) {
		last.set(connection, id);
	}

	const unkept = calls.slice(callsBefore).flatMap((call): (readonly [Call, Answer])[] => {
		const answer = answers.get(call.id);
		return answer && answer.billed !== null && !answer.isLost && !journal.answers.has(call.id)
			? [[call, answer]]
			: [];
	});
	for (const [{id, connection}, {sentAtMs}] of unkept) {
		const wasRead = sentAtMs !== null && (sentAtMs < endedAtMs - graceMs || last.get(connection) !== id);
		expect(!wasRead, `answer ${id} had arrived ${endedAtMs - (sentAtMs ?? 0)} ms before and is lost`, 'lost');
	}

	expect(
		unkept.length <= journal.out,
		`${unkept.length} answers will be bought twice, ${journal.out} calls were out`,
		'lost',
	);
	return unkept.length;
}

function shown(value: unknown): string {
	return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
}
