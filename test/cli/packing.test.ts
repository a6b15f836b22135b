import {beforeAll, describe, expect, it} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import type {ResultRow} from '../../source/domain/result.ts';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
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

let alone: Awaited<ReturnType<typeof run>>;
beforeAll(async () => {
	alone = await run(direct);
});

describe('a packed run', () => {
	it('gives every item the answer that it gets alone, in far fewer calls', async () => {
		const packed = await run(`${direct}\npack: {items: 20}`, 'seed=5,pack_shuffle');
		expect(packed.code).toBe(0);
		expect(answersOf(resultsOf(packed.folder))).toEqual(answersOf(resultsOf(alone.folder)));
		expect(callsOf(packed.folder).map(({length}) => length)).toEqual([20, 20, 20]);
		expect([alone.calls.length, packed.calls.length]).toEqual([60, 3]);
		expect(packed.report.packing).toMatchObject({calls: 3, items: 60, calls_saved: 57, audit: null});
		expect(packed.report.packing!.tokens_saved).toBeGreaterThan(0.5 * packed.report.packing!.alone_tokens);
		const [row, other] = resultsOf(packed.folder);
		const [like] = resultsOf(alone.folder);
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
		expect(answersOf(resultsOf(folder))).toEqual(answersOf(resultsOf(alone.folder)));
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
		expect(answersOf(resultsOf(folder))).toEqual(answersOf(resultsOf(alone.folder)));
		expect(report).toMatchObject({mode: {batch: 60}, packing: {calls: 3, items: 57}});
	});
});
