import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {outputLine} from './batch-output.ts';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, jsonLines, resultsOf, runOf} from './run-folder.ts';

const spec = (score: string) => `model: gpt-4o-mini
prompts: Say {{n}}
mode: direct
params: {max_tokens: 8, n: 2}
args: {file: rows.csv}
score: ${score}
`;
const command = ['spec.yaml', '--simulate', '--display', 'none'];
const scored = (folder: string) => resultsOf(folder).map(row => row.scores);

it('scores every choice, in the result file and in the export, and a scorer that throws costs no answer', async () => {
	const folder = folderWith({
		'spec.yaml': spec("[{regex: '[a-z]'}, {match: '{{want}}'}, {module: own.mjs}]"),
		'rows.csv': 'n,want\n1,a\n2,b\n',
		'own.mjs':
			'export default ({id, text, input}) => { if (id === "1") throw new Error("not this one"); return text.length; };',
	});
	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	const rows = resultsOf(folder);
	expect(rows.map(({id, choice_index: choice, scores}) => [id, choice, scores])).toEqual([
		['0', 0, {regex: true, match: false, own: rows[0]!.text!.length}],
		['0', 1, {regex: true, match: false, own: rows[1]!.text!.length}],
		['1', 0, {regex: true, match: false, own: null}],
		['1', 1, {regex: true, match: false, own: null}],
	]);
	expect(rows[2]).toMatchObject({
		warnings: ['truncated', 'score_error'],
		score_errors: {own: 'not this one (own.mjs:1)'},
	});
	const exported = await runCli(['export', runOf(folder)], {cwd: '/'});
	expect(exported.stdout).toBe(readFileSync(path.join(runOf(folder), 'results.jsonl'), 'utf8'));
	const csv = await runCli(['export', runOf(folder), '--format', 'csv'], {cwd: '/'});
	expect(csv.stdout.split('\n')[0]).toMatch(/,latency_ms,input,scores,score_errors$/);
});

it('takes changed scorers with --reinit-meta, and scores all answers anew without a call', async () => {
	const folder = folderWith({'spec.yaml': spec('[{includes: a}]'), 'rows.csv': 'n\n1\n2\n'});
	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	expect(scored(folder).every(scores => 'includes' in scores!)).toBe(true);
	const calls = () => journalOf(folder).filter(({type}) => type === 'attempt-started').length;
	const before = calls();
	const changed = path.join(folder, 'spec.yaml');
	writeFileSync(changed, spec("[{regex: '.'}]"));
	const refused = await runCli(command, {cwd: folder});
	expect([refused.code, refused.stderr]).toEqual([
		2,
		expect.stringContaining('score[0].regex: (none) → "."'),
	]);
	expect((await runCli([...command, '--reinit-meta'], {cwd: folder})).code).toBe(0);
	expect(scored(folder)).toEqual([{regex: true}, {regex: true}, {regex: true}, {regex: true}]);
	expect(calls()).toBe(before);
});

it('reports the means of an experiment by model and group, as JSON, in the closing lines and in the status', async () => {
	const rows = ['gpt-4o', 'gpt-4o-mini'].flatMap(model =>
		['easy', 'easy', 'hard', 'hard'].map((group, place) => ({
			id: `${model} ${place}`,
			api: 'openai',
			model_name: model,
			prompt: `Question ${place}?`,
			group,
			expected_response: `answer ${place}`,
		})),
	);
	const said = ['answer 0', 'answer 1', 'answer 2', 'no', 'answer 0', 'no', 'no', 'no'];
	const folder = folderWith({
		'spec.yaml': 'requests: {file: experiment.jsonl}\nscore: [match]\nmode: direct\n',
		'experiment.jsonl': rows.map(row => `${JSON.stringify(row)}\n`).join(''),
		'out.jsonl': rows.map(({id}, place) => outputLine(id, said[place]!)).join(''),
	});
	const run = ['spec.yaml', '--simulate', '--adopt', 'out.jsonl', '--display'];
	const plain = await runCli([...run, 'plain'], {cwd: folder});
	expect(plain.stdout).toContain(
		'scores        match gpt-4o 75.0% (30.1-95.4) [easy 100.0% (34.2-100.0), hard 50.0% (9.5-90.5)]; match gpt-4o-mini 25.0% (4.6-69.9) [easy 50.0%',
	);
	const json = await runCli([...run, 'json'], {cwd: folder});
	const {scores} = jsonLines(json.stdout).at(-1) as {scores: readonly object[]};
	expect(scores).toHaveLength(6);
	expect(scores[0]).toEqual({
		name: 'match',
		provider: 'openai',
		model: 'gpt-4o',
		group: null,
		requests: 4,
		mean: 0.75,
		low: expect.closeTo(0.3006, 3),
		high: expect.closeTo(0.9544, 3),
		is_share: true,
		errors: 0,
	});
	expect(scores[4]).toMatchObject({model: 'gpt-4o-mini', group: 'easy', requests: 2, mean: 0.5});
	const status = await runCli(['status', 'spec.yaml'], {cwd: folder});
	expect(status.stdout).toContain('scores     match gpt-4o 75.0% (30.1-95.4)');
});

it('leaves what judges say alone: that is a score itself', async () => {
	const judge = 'judge: {judges: [gpt-4.1], templates: [strict.txt]}';
	const folder = folderWith({
		'spec.yaml': `${spec("[{regex: '.'}]")}${judge}\n`,
		'rows.csv': 'n\n1\n2\n',
		'strict.txt': 'Judge {OUTPUT_RESPONSE}\n',
	});
	expect((await runCli(command, {cwd: folder})).code).toBe(0);
	const rows = resultsOf(folder);
	expect(rows.filter(({id}) => id.startsWith('judge-')).map(row => row.scores)).toEqual(
		Array(4).fill(undefined),
	);
	expect(rows.filter(({id}) => !id.startsWith('judge-')).map(row => row.scores)).toEqual(
		Array(4).fill({regex: true}),
	);
});
