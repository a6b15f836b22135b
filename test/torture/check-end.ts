import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {checkMaybeBilled} from './check-money.ts';
import type {Findings} from './finding.ts';
import type {JournalModel} from './journal-model.ts';
import type {MadeSpec} from './made-spec.ts';
import type {ListedObject} from './witness.ts';
import type {Witnessed} from './witness-log.ts';

export type EndedRun = {
	readonly run: string;
	readonly spec: MadeSpec;
	readonly journal: JournalModel;
	readonly witnessed: Witnessed;
	/** What the server still has. */
	readonly files: readonly ListedObject[];
	readonly batches: readonly ListedObject[];
	/** Of the last session, with `--display json`. */
	readonly stdout: string;
	readonly code: number | null;
};

type Row = {readonly index: number; readonly id: string; readonly prompt?: string; readonly call?: unknown};

/** What holds once a run is through, after whatever kills. */
export function checkEnd(ended: EndedRun, findings: Findings): void {
	const {journal, witnessed, batches} = ended;
	checkRows(ended, findings);
	checkReport(ended, findings);
	checkMaybeBilled(journal, witnessed, batches, findings);
	checkBatches(ended, findings);
	checkLeftovers(ended, findings);
}

/** One row for each request, by what the journal says of it, and each answer with its own request. */
function checkRows({run, spec, journal, witnessed}: EndedRun, {expect}: Findings): void {
	const results = readdirSync(run).filter(name => /^results.*\.jsonl$/.test(name));
	const done = results.flatMap(name => rowsOf(path.join(run, name)));
	const failed = rowsOf(path.join(run, 'failures.jsonl'));
	const indexes = [...done, ...failed].map(({index}) => index).sort((a, b) => a - b);
	const all = Array.from({length: journal.requests}, (_, index) => index);
	expect(indexes.join() === all.join(), `rows for ${indexes.join()} of ${journal.requests} requests`, 'lost');
	const ids = new Set([...done, ...failed].map(({id}) => id));
	expect(ids.size === journal.requests, `${ids.size} ids of ${journal.requests} requests`);
	expect(
		spec.requests <= journal.requests,
		`${journal.requests} requests on record, the spec has ${spec.requests}`,
	);
	for (const [rows, outcome] of [
		[done, 'done'],
		[failed, 'failed'],
	] as const) {
		const odd = rows.filter(({index}) => journal.outcomes.get(index) !== outcome);
		expect(odd.length === 0, `${odd.length} rows that are not ${outcome} by the journal`);
	}

	const bodies = new Map(witnessed.calls.map(({id, body}) => [id, JSON.stringify(body)]));
	const prompts = new Map(done.map(({index, prompt}) => [index, prompt]));
	for (const [id, {index, raw}] of journal.answers) {
		const body = raw === undefined ? undefined : bodies.get(id);
		const prompt = prompts.get(index);
		if (body !== undefined && prompt !== undefined) {
			const isOwn = body.includes(JSON.stringify(prompt).slice(1, -1));
			expect(isOwn, `answer ${id} of request ${index} was to another prompt`);
		}
	}
}

/** Totals and money as shown are those of a recount. */
function checkReport({journal, stdout, code}: EndedRun, {expect}: Findings): void {
	const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}') as {
		readonly requests?: {readonly total: number; readonly done: number; readonly failed: number};
		readonly cost_usd?: number;
		readonly maybe_billed?: {readonly calls: number; readonly usd: number};
	};
	const failed = [...journal.outcomes.values()].filter(outcome => outcome === 'failed').length;
	const {total, done} = report.requests ?? {};
	expect(
		total === journal.requests && done === total - failed,
		`${JSON.stringify(report.requests)} reported`,
	);
	expect(code === (failed > 0 ? 1 : 0), `exit code ${code} with ${failed} failed`);
	const shownUsd = report.cost_usd ?? Number.NaN;
	const costUsd = Number(journal.costPico.direct + journal.costPico.batch) / 1e12;
	// Rounded once, on output.
	expect(Math.abs(shownUsd - costUsd) < 1e-9, `${shownUsd} USD shown, ${costUsd} on record`);
	const maybeUsd = Number(journal.maybeBilled.pico) / 1e12;
	const maybe = report.maybe_billed;
	expect(
		maybe?.calls === journal.maybeBilled.calls && Math.abs(maybe.usd - maybeUsd) < 1e-9,
		`${JSON.stringify(maybe)} maybe billed is shown, ${journal.maybeBilled.calls} calls are on record`,
	);
	expect(journal.out === 0, `${journal.out} calls are still out on record`);
	expect(journal.isFinished, 'the end of the run is not on record');
}

/** One batch for each shard, all of them on record, collected and cleaned up. */
function checkBatches({journal, witnessed, files, batches}: EndedRun, {expect}: Findings): void {
	const shards = new Map<string, number>();
	for (const {id, metadata} of batches) {
		const shard = `${metadata?.pb_run}/${metadata?.pb_shard}`;
		if (!witnessed.cancelled.has(id)) {
			shards.set(shard, (shards.get(shard) ?? 0) + 1);
		}

		const isKnown = journal.batches.has(id) || witnessed.cancelled.has(id);
		expect(isKnown, `batch ${id} of shard ${shard} is not on record`, 'lost');
	}

	for (const [shard, times] of shards) {
		expect(times === 1, `${times} batches of shard ${shard}`, 'doubled');
	}

	expect(files.length === 0, `${files.length} files are left at the server`);
}

function checkLeftovers({run}: EndedRun, {expect}: Findings): void {
	const names = readdirSync(run, {recursive: true}).map(String);
	const left = names.filter(name => /\.tmp-\d+$|^lock$|^batches\/./.test(name));
	expect(left.length === 0, `left in the run directory: ${left.join(', ')}`);
}

function rowsOf(file: string): readonly Row[] {
	return existsSync(file)
		? readFileSync(file, 'utf8')
				.split('\n')
				.filter(line => line !== '')
				.map(line => JSON.parse(line) as Row)
		: [];
}
