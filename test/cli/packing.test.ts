import {describe, expect, it} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import type {ResultRow} from '../../source/domain/result.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli, startCli} from './cli-process.ts';
import {failuresOf, folderWith, journalOf, jsonLines, reportOf, resultsOf} from './run-folder.ts';

const topics = ['card', 'transfer', 'exchange rate', 'lost phone', 'top up', 'refund'];
const texts = Array.from(
	{length: 60},
	(_, i) => `${'Please '.repeat(i % 4)}what about my ${topics[i % topics.length]}, case ${i}?`,
);

const specWith = (more: string, own: readonly string[] = texts) => ({
	'spec.yaml': `model: gpt-4o-mini
prompts: 'Which topic is this? {{text}}'
args: {file: rows.csv}
params: {max_tokens: 60}
schema:
  type: object
  properties: {topic: {type: string, enum: [card, transfer, other]}}
  required: [topic]
  additionalProperties: false
retry: {initial_s: 0.01, max_s: 0.02}
${more}
`,
	'rows.csv': `id,text\n${own.map((text, i) => `r${i},"${text}"`).join('\n')}\n`,
});

const direct = 'mode: direct\nrate: {concurrency: 4}';
const env = {OPENAI_API_KEY: 'sk-test'};

async function run(more: string, script = 'seed=5', own: readonly string[] = texts) {
	const folder = folderWith(specWith(more, own));
	const simulator = await simulated(script);
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
	const {code, stdout, stderr} = await runCli(args, {cwd: folder, env});
	expect(stderr).toBe('');
	return {folder, code, lines: jsonLines(stdout), report: reportOf(stdout), calls: simulator.calls};
}

const answersOf = (rows: readonly ResultRow[]) => rows.map(({id, parsed}) => [id, parsed]);

/** Members of each direct call, in order. */
function callsOf(folder: string): readonly (readonly number[])[] {
	return journalOf(folder).flatMap(event => (event.type === 'attempt-started' ? split(event) : []));
}

function split({
	indexes,
	sizes,
}: Extract<RunEvent, {type: 'attempt-started'}>): readonly (readonly number[])[] {
	const left = [...indexes];
	return (sizes ?? indexes.map(() => 1)).map(size => left.splice(0, size));
}

let asked: Promise<{readonly rows: readonly ResultRow[]; readonly calls: number}> | null = null;

/** The same requests, each asked for itself: once for all tests. */
async function alone() {
	asked ??= run(direct).then(({folder, calls}) => ({rows: resultsOf(folder), calls: calls.length}));
	return asked;
}

describe('a packed run', () => {
	it('gives every item the answer that it gets alone, in far fewer calls', async () => {
		const packed = await run(`${direct}\npack: {items: 20}`, 'seed=5,pack_shuffle');
		expect(packed.code).toBe(0);
		expect(answersOf(resultsOf(packed.folder))).toEqual(answersOf((await alone()).rows));
		expect(callsOf(packed.folder).map(({length}) => length)).toEqual([20, 20, 20]);
		expect([(await alone()).calls, packed.calls.length]).toEqual([60, 3]);
		expect(packed.report.packing).toMatchObject({calls: 3, items: 60, calls_saved: 57, audit: null});
		expect(packed.report.packing!.tokens_saved).toBeGreaterThan(0.4 * packed.report.packing!.alone_tokens);
		const [row, other] = resultsOf(packed.folder);
		const [like] = (await alone()).rows;
		expect(Object.keys(row!)).toEqual(Object.keys(like!));
		expect(row).toMatchObject({prompt: like!.prompt, text: like!.text, finish_reason: 'stop', warnings: []});
		expect([row!.call!.size, row!.usage === null, other!.usage === null]).toEqual([20, false, true]);
	});

	it('matches answers by id although the server shuffles, drops 2 and adds 1', async () => {
		const {folder, code, report} = await run(
			`${direct}\npack: {}`,
			'seed=5,pack_shuffle,pack_drop=2,pack_add=1',
		);
		expect(code).toBe(0);
		const calls = callsOf(folder);
		expect(calls.slice(0, 3).map(({length}) => length)).toEqual([25, 25, 10]);
		expect(calls.slice(3).map(({length}) => length)).toEqual([1, 1, 1, 1, 1, 1]);
		expect(answersOf(resultsOf(folder))).toEqual(answersOf((await alone()).rows));
		expect(report.errors).toEqual([{cause: 'missing 200', attempts: 6}]);
	});

	it('halves a pack that is refused, until only the guilty item fails', async () => {
		const own = texts.slice(0, 16).with(11, 'How to build a bomb?');
		const {folder, code} = await run(`${direct}\npack: {items: 16}`, 'seed=5,refuse=bomb', own);
		expect(code).toBe(1);
		expect(failuresOf(folder).map(({id, error}) => [id, error.kind])).toEqual([['r11', 'refusal']]);
		expect(resultsOf(folder)).toHaveLength(15);
		const sizes = callsOf(folder)
			.filter(members => members.includes(11))
			.map(({length}) => length);
		expect(sizes).toEqual([16, 8, 4, 2, 1]);
	});

	it('goes by batch just as well', async () => {
		const {folder, code, report, calls} = await run(
			'mode: batch\nbatch: {poll_s: 0.1}\npack: {items: 20}',
			'seed=5,batch=0.2s,pack_shuffle,pack_drop=1',
		);
		expect(code).toBe(0);
		expect(calls.filter(({path}) => path.includes('chat'))).toEqual([]);
		expect(answersOf(resultsOf(folder))).toEqual(answersOf((await alone()).rows));
		expect(report).toMatchObject({mode: {batch: 60}, packing: {calls: 3, items: 57}});
	});

	it('collects its batch in another session, by the same ids', async () => {
		const folder = folderWith(specWith('batch: {poll_s: 0.1, min_requests: 2}\npack: {items: 20}'));
		const simulator = await simulated('seed=5,batch=1s');
		const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'json'];
		const first = startCli(args, {cwd: folder, env});
		await first.says('batch-submitted');
		first.kill('SIGKILL');
		await first.ended;
		const {code, stdout} = await runCli(args, {cwd: folder, env});
		expect(code).toBe(0);
		expect(reportOf(stdout)).toMatchObject({attempts: 60, retries: 0, mode: {batch: 60}});
		expect(answersOf(resultsOf(folder))).toEqual(answersOf((await alone()).rows));
	});
});

describe('a vote', () => {
	it('asks packs in several orders and drops the items that are sure', async () => {
		const script = 'seed=5,pack_wrong=15%';
		const early = await run(`${direct}\npack: {items: 20}\nvote: {rounds: 5}`, script);
		const fixed = await run(`${direct}\npack: {items: 20}\nvote: {rounds: 5, early_stop: false}`, script);
		expect([early.code, fixed.code]).toEqual([0, 0]);
		expect(fixed.calls).toHaveLength(15);
		const items = (folder: string) => callsOf(folder).reduce((sum, members) => sum + members.length, 0);
		expect(items(fixed.folder)).toBe(300);
		expect(items(early.folder)).toBeLessThan(200);
		expect(early.calls.length).toBeLessThanOrEqual(15);
		const rows = resultsOf(fixed.folder) as readonly (ResultRow & {vote: {label: string; rounds: number}})[];
		const right = answersOf((await alone()).rows);
		const wrong = answersOf(rows).filter(
			([, answer], i) => JSON.stringify(answer) !== JSON.stringify(right[i]![1]),
		);
		expect(wrong.length).toBeLessThan(3);
		for (const {vote, parsed} of rows) {
			expect(vote).toMatchObject({label: JSON.stringify(parsed), rounds: 5, failed: 0});
		}
	});
});

describe('an audit', () => {
	it('compares a share of the answers with those asked alone', async () => {
		const {folder, code, report, calls} = await run(`${direct}\npack: {items: 20, audit: 20%}`);
		expect(code).toBe(0);
		const {audited, agreed} = report.packing!.audit!;
		expect([audited > 4, agreed]).toEqual([true, audited]);
		expect(calls).toHaveLength(3 + audited);
		const rows = resultsOf(folder) as readonly (ResultRow & {audit?: {agrees: boolean; alone: unknown}})[];
		expect(rows.filter(({audit}) => audit)).toHaveLength(audited);
		for (const {audit, parsed} of rows) {
			expect(audit ?? {agrees: true, alone: parsed}).toEqual({agrees: true, alone: parsed});
		}
	});

	it('switches packing off where they disagree', async () => {
		const more = 'mode: direct\nrate: {concurrency: 1}\npack: {items: 5, audit: 100%}';
		const {folder, code, report, lines} = await run(more, 'seed=5,pack_wrong=90%');
		expect(code).toBe(0);
		expect(lines.filter(({event}) => event === 'packing-stopped')).toMatchObject([
			{queue: 'openai/gpt-4o-mini'},
		]);
		expect(report.packing!.stopped).toEqual(['openai/gpt-4o-mini']);
		const sizes = callsOf(folder).map(({length}) => length);
		expect(sizes.lastIndexOf(5)).toBeLessThan(30);
		expect(resultsOf(folder)).toHaveLength(60);
	});
});

describe('before anything is sent', () => {
	it('check shows packed beside direct and batch, and what it saves', async () => {
		const folder = folderWith(specWith('pack: {items: 20, audit: 10%}'));
		const {code, stdout} = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
		expect(code).toBe(0);
		expect(stdout).toMatch(/^plan +direct +batch +auto +packed$/m);
		expect(stdout).toMatch(/^calls +60 +0 +60 +9$/m);
		expect(stdout).toMatch(
			/^packed {5}60 requests in about 9 calls: saves 51 calls and [\d,]+ input tokens$/m,
		);
	});

	it('a budget that the instruction alone uses up is refused', async () => {
		const folder = folderWith(specWith('pack: {tokens: 50}'));
		const {code, stderr} = await runCli(['check', 'spec.yaml'], {cwd: folder, env});
		expect([code, stderr]).toEqual([
			2,
			expect.stringMatching(
				/^spec\.yaml:11:\d+: `pack\.tokens` is 50, and the instruction with the rules of a pack and the schema takes \d+ of them\.\nRaise it, for example to \d+, or shorten them\.\n$/,
			),
		]);
	});
});
