import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect} from 'vitest';
import {type CliEnd, runCli} from '../cli/cli-process.ts';
import type {LedgerPrice} from '../cli/ledger-server.ts';
import {filesBelow, jsonLines, runOf} from '../cli/run-folder.ts';
import {expectRestored} from '../cli/terminal.ts';
import type {PtySession} from '../ui/pty-session.ts';
import {miniPrice, questionsOf, salesOf} from './books.ts';
import {type Acknowledged, type JournalLine, ownJournal} from './own-journal.ts';
import type {Witness} from './witness.ts';

/** What a fault left behind. What a scenario does not have is not given, and cannot be judged. */
export type Aftermath = {
	/** Holds `spec.yaml`, its run, and whatever else the program wrote. Prompts of a spec must differ (I4). */
	readonly folder: string;
	/** Requests of the spec, and rows of each when it is done. */
	readonly requests: number;
	readonly choices?: number;
	/** The processes of the run, in their order. */
	readonly ends: readonly CliEnd[];
	/** Every key that the program was given. */
	readonly keys: readonly string[];
	/** What had been acknowledged when the fault came. */
	readonly before?: Acknowledged;
	/** Everything that was sent went through it. */
	readonly witness?: Witness;
	/** Batches that the spec is cut into, retries of expired or failed ones included. */
	readonly shards?: number;
	/** Of the model, where it is not gpt-4o-mini. */
	readonly price?: LedgerPrice;
	readonly ceilingUsd?: number;
	/** The last terminal that the program ran in, after its end. */
	readonly session?: PtySession;
};

type Standing = {
	readonly requests: {
		readonly total: number;
		readonly done: number;
		readonly failed: number;
		readonly pending: number;
	};
	readonly cost_usd: number;
	readonly maybe_billed: {readonly usd: number};
};

type Row = {
	readonly index: number;
	readonly choice_index: number;
	readonly completion: {readonly id?: string} | null;
};

/** The eight invariants of a fault run, judged from outside: files, commands, the server's log, the terminal. */
export async function expectInvariants(aftermath: Aftermath): Promise<void> {
	const {folder} = aftermath;
	const journal = ownJournal(folder);
	const [status, exported, verified] = await Promise.all([
		runCli(['status', 'spec.yaml', '--json'], {cwd: folder}),
		runCli(['export', 'spec.yaml'], {cwd: folder}),
		runCli(['verify', 'spec.yaml', '--json'], {cwd: folder}),
	]);
	expect([status.code, exported.code], status.stderr + exported.stderr).toEqual([0, 0]);
	const standing = JSON.parse(status.stdout) as Standing;
	const rows = jsonLines(exported.stdout) as unknown as readonly Row[];

	expectProof(verified, standing);
	expectOneState(aftermath, journal, standing);
	expectNothingLost(aftermath, journal, rows);
	expectRightRows(aftermath, journal, rows, exported.stdout);
	expectNothingTwice(aftermath, journal);
	expectMoney(aftermath, journal, standing);
	expectNoKey(aftermath, [status, exported, verified]);
	if (aftermath.session) {
		await expectRestored(aftermath.session); // I7
	}

	expectTellingCode(aftermath, standing);
}

/** The program's own proof agrees: the run adds up, and it is told complete exactly when nothing is open. */
function expectProof({code, stdout, stderr}: CliEnd, {requests}: Standing): void {
	expect(code, `verify: ${stdout}${stderr}`).toBe(0);
	expect(JSON.parse(stdout), 'verify').toMatchObject({sound: true, complete: requests.pending === 0});
}

/** I1: every request has exactly one final state or is pending, and the program counts the same. */
function expectOneState(
	{requests}: Aftermath,
	journal: readonly JournalLine[],
	{requests: told}: Standing,
): void {
	const answers = journal.flatMap(({answered}) => answered ?? []);
	const done = new Set(answers);
	expect(answers.length, 'I1: results of a request').toBe(done.size);
	const failed = new Set(journal.flatMap(line => (line.sequel === 'fail' ? (line.failed ?? []) : [])));
	expect(told.done, 'I1: done').toBe(done.size);
	expect(told.failed, 'I1: failed').toBeLessThanOrEqual([...failed].filter(index => !done.has(index)).length);
	expect(told.total, 'I1: all').toBe(requests);
	expect(told.done + told.failed + told.pending, 'I1: one state each').toBe(requests);
}

/** I2: what was acknowledged, in the journal or on the display, is there. */
function expectNothingLost(
	{before = [], ends}: Aftermath,
	journal: readonly JournalLine[],
	rows: readonly Row[],
): void {
	const lines = new Set(journal.map(({text}) => text));
	expect(
		before.filter(line => !lines.has(line)),
		'I2: answers lost',
	).toEqual([]);
	const announced = ends.flatMap(({stdout}) =>
		[...stdout.matchAll(/^\{"event":"request-finished".*?"index":(\d+)/gm)].map(match => Number(match[1])),
	);
	const exported = new Set(rows.map(({index}) => index));
	expect(
		announced.filter(index => !exported.has(index)),
		'I2: announced and lost',
	).toEqual([]);
}

/** I3: the export has the rows of what is done, each once, none of a stranger, and each with its own answer. */
function expectRightRows(
	{folder, requests, choices = 1}: Aftermath,
	journal: readonly JournalLine[],
	rows: readonly Row[],
	text: string,
): void {
	const places = rows.map(row => row.index * choices + row.choice_index);
	expect(places, 'I3: rows in order').toEqual([...new Set(places)].sort((a, b) => a - b));
	const answers = journal.filter(({answered}) => answered !== undefined);
	expect(rows.length, 'I3: row count').toBe(answers.length * choices);
	expect(
		rows.filter(({index}) => index >= requests),
		'I3: rows of strangers',
	).toEqual([]);
	const idOf = new Map(answers.map(({answered, r}) => [answered!, r?.id]));
	expect(
		rows.filter(row => row.completion?.id !== idOf.get(row.index)),
		'I3: mixed-up answers',
	).toEqual([]);
	const results = path.join(runOf(folder), 'results.jsonl');
	if (answers.length === requests && existsSync(results)) {
		expect(readFileSync(results, 'utf8') === text, 'I3: results.jsonl is what `export` gives').toBe(true);
	}
}

/** I4: by the server's log nothing went out again that has a result, and no batch was made twice. */
function expectNothingTwice(
	{witness, shards, price = miniPrice}: Aftermath,
	journal: readonly JournalLine[],
): void {
	if (!witness) {
		return;
	}

	const recorded = new Set(journal.flatMap(({answered, id}) => (answered === undefined ? [] : (id ?? []))));
	const doneBy = new Map<string, number>();
	for (const {asked, requestId, nth} of salesOf(witness, price)) {
		if (recorded.has(requestId)) {
			doneBy.set(asked, nth);
		}
	}

	const again = questionsOf(witness).filter(({asked, nth}) => nth > (doneBy.get(asked) ?? Infinity));
	expect(again, 'I4: sent again although its result is on record').toEqual([]);
	if (shards !== undefined) {
		const made = witness.of('create').filter(({answered}) => answered?.status === 200).length;
		expect(made, 'I4: batches made at the API').toBe(shards);
	}
}

/** I5: what is shown covers what the API billed, and a ceiling held. */
function expectMoney(
	{witness, price = miniPrice, ceilingUsd}: Aftermath,
	journal: readonly JournalLine[],
	{cost_usd: cost, maybe_billed: maybe}: Standing,
): void {
	const shown = picoOf(cost) + picoOf(maybe.usd);
	if (witness) {
		// What a killed session had out is counted when the next one begins.
		const isOver = journal.findLastIndex(is('session-ended')) > journal.findLastIndex(is('session-started'));
		const ids = new Set(journal.map(({id}) => id));
		const due = salesOf(witness, price).filter(({requestId}) => isOver || ids.has(requestId));
		const billed = due.reduce((sum, {pico}) => sum + pico, 0n);
		expect(shown >= billed, `I5: shown ${shown}, billed ${billed} picodollars`).toBe(true);
	}

	if (ceilingUsd !== undefined) {
		expect(shown <= picoOf(ceilingUsd), `I5: ${shown} picodollars passed the ceiling`).toBe(true);
	}
}

/** I6: the key stands in no file, no output and no frame. */
function expectNoKey({folder, keys, ends, session}: Aftermath, asked: readonly CliEnd[]): void {
	const texts = [
		...filesBelow(folder)
			.filter(file => path.basename(file) !== '.env')
			.map(file => [file, readFileSync(file, 'latin1')] as const),
		...[...ends, ...asked].map(({stdout, stderr}) => ['the output', stdout + stderr] as const),
		['the terminal', session?.output() ?? ''] as const,
	];
	const found = texts.filter(([, text]) => keys.some(key => text.includes(key))).map(([where]) => where);
	expect(found, 'I6: files and outputs with a key').toEqual([]);
}

/** I8: the last exit code tells complete, failed, partial apart, and nobody was shown a stack trace. */
function expectTellingCode({ends, session}: Aftermath, {requests}: Standing): void {
	for (const text of [...ends.map(({stdout, stderr}) => stdout + stderr), session?.output() ?? '']) {
		expect(text, 'I8: a stack trace').not.toMatch(/\n\s+at .+:\d+:\d+/);
	}

	const code = ends.at(-1)?.code;
	if (code === undefined || code === null) {
		return;
	}

	const right = requests.pending > 0 ? [2, 3, 4, 129, 130, 143] : requests.failed > 0 ? [1] : [0];
	expect(right, `I8: exit code ${code} with ${JSON.stringify(requests)}`).toContain(code);
}

function is(type: string): (line: JournalLine) => boolean {
	return line => line.type === type;
}

function picoOf(usd: number | null): bigint {
	return BigInt(Math.round((usd ?? 0) * 1e12));
}
