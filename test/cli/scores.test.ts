import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, runOf} from './run-folder.ts';

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
