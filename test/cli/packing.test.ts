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
	const {code, stdout} = await runCli(args, {cwd: folder, env});
	return {folder, code, lines: jsonLines(stdout), report: reportOf(stdout), calls: simulator.calls};
}

const answersOf = (rows: readonly ResultRow[]) => rows.map(({id, parsed}) => [id, parsed]);
const startsOf = (folder: string) =>
	journalOf(folder).filter(
		(event): event is RunEvent & {type: 'attempt-started'} => event.type === 'attempt-started',
	);
const sizesOf = (folder: string) =>
	startsOf(folder).flatMap(({indexes, sizes}) => sizes ?? indexes.map(() => 1));

describe('a packed run', () => {
	it('gives every item the answer that it gets alone, in far fewer calls', async () => {
		const alone = await run(direct);
		const packed = await run(`${direct}\npack: {items: 20}`, 'seed=5,pack_shuffle');
		expect(packed.code).toBe(0);
		expect(answersOf(resultsOf(packed.folder))).toEqual(answersOf(resultsOf(alone.folder)));
		expect(sizesOf(packed.folder)).toEqual([20, 20, 20]);
		expect([alone.calls.length, packed.calls.length]).toEqual([60, 3]);
		expect(packed.report.packing).toMatchObject({calls: 3, items: 60, calls_saved: 57});
		expect(packed.report.packing!.tokens_saved).toBe(alone.report.tokens.input - packed.report.tokens.input);
	});
});
