import {describe, expect, test} from 'vitest';
import type {ResultRow} from '../../source/domain/result.ts';
import {scoredRow} from '../../source/domain/score.ts';
import {parseScorePath, valueAt} from '../../source/spec/score-path.ts';
import {type Files, refusalOf, specOf} from './spec-folder.ts';

const row = {
	id: 'a',
	text: 'Paris',
	prompt: 'Capital of France?',
	prompt_args: {country: 'France'},
	warnings: [],
	input: {expected_response: 'Paris', year: 2024, tags: ['x', 'y']},
} as unknown as ResultRow;

describe('scorers', () => {
	test('compare with expected_response, or with a template over the row', async () => {
		const score = `
score:
  - match
  - includes: 'Par'
  - match: '{{expected_response}}!'
  - {includes: '{{country}}', name: names it}
  - regex: '^P\\w{4}$'
  - regex: /^{{expected_response}}$/i
`;
		expect(await scoresOf(score)).toEqual({
			match: true,
			includes: true,
			match_2: false,
			'names it': false,
			regex: true,
			regex_2: true,
		});
	});

	test('put values into a pattern as plain text', async () => {
		const answer = {text: 'a.b', input: {expected_response: 'a.b', other: 'a+b'}};
		expect(
			await scoresOf("score: [{regex: '^{{expected_response}}$'}, {regex: '{{other}}'}]", answer),
		).toEqual({regex: true, regex_2: false});
	});

	test('look at a path of a JSON answer; cells of a CSV are text', async () => {
		const answer = {
			text: '```json\n{"year": 2024, "tags": ["x","y"], "a": [{"b c": 1}]}\n```',
			input: row.input,
		};
		const score = `
score:
  - {path: year, match: '{{year}}'}
  - {path: $.year, match: '2024'}
  - {path: tags, match: '{{tags}}'}
  - {path: 'a[0]["b c"]', match: 1, name: deep}
  - {path: nowhere}
  - {path: 'tags[1]', includes: y}
`;
		const expected = {year: true, year_2: true, tags: true, deep: true, nowhere: false, 'tags[1]': true};
		expect(await scoresOf(score, answer)).toEqual(expected);
		expect(
			await scoresOf(score, {...answer, text: 'no JSON', parsed: JSON.parse(answer.text.slice(8, -4))}),
		).toEqual(expected);
	});

	test('find a refusal to be no answer, and a row without a value an error', async () => {
		expect(await scoresOf('score: [match]', {text: null})).toEqual({match: false});
		const scored = await scoredOf('score: [match, {includes: Par}]', {input: {}});
		expect(scored).toMatchObject({
			text: 'Paris',
			warnings: ['score_error'],
			scores: {match: null, includes: true},
			score_errors: {match: 'the row has no value for {{expected_response}}'},
		});
	});

	test('of a module are given a copy of the row, and what they throw costs nothing', async () => {
		const scored = await scoredOf({
			'spec.yaml': `${rows}\nscore: [{module: ./length.mjs}, {module: ./broken.mjs}, {module: ./late.mjs}, match]`,
			'length.mjs': `export default row => {
				const {length} = row.text;
				row.text = 'overwritten';
				return {length, short: length < 10};
			};`,
			'broken.mjs': '\nexport function score({nothing}) {\n\treturn nothing.at.all;\n}',
			'late.mjs': 'export default async () => { throw new Error("later"); };',
		});
		expect(scored).toMatchObject({
			text: 'Paris',
			warnings: ['score_error'],
			scores: {length: 5, short: true, broken: null, late: null, match: true},
			score_errors: {
				broken: expect.stringMatching(/undefined.*\(broken\.mjs:3\)$/),
				late: 'it returned a promise; a scorer must return its value at once',
			},
		});
	});
});

test('paths are names and positions', () => {
	expect(['a', '$.a', '$["a"]', 'a.b[0]', "a['x.y']", '$'].map(parseScorePath)).toEqual([
		['a'],
		['a'],
		['a'],
		['a', 'b', 0],
		['a', 'x.y'],
		[],
	]);
	expect(['a..b', 'a[', 'a[*]', '[0]b', 'a b'].map(parseScorePath)).toEqual([null, null, null, null, null]);
	expect(valueAt({a: [{b: 2}]}, ['a', 0, 'b'])).toBe(2);
	expect(valueAt({a: 1}, ['constructor'])).toBeUndefined();
});

test.each<readonly [string, Files | string, string]>([
	[
		'two comparisons in one',
		'score: [{match: a, includes: b}]',
		'spec.yaml:4:9: a scorer has one way to compare, and this one has `match` and `includes`. | Make a scorer of each.',
	],
	['none', 'score: [{name: x}]', 'spec.yaml:4:9: the scorer does not say how to compare.'],
	['a pattern that is none', "score: [{regex: '('}]", 'spec.yaml:4:17: Invalid regular expression'],
	['a path that is none', "score: [{path: 'a[*]'}]", 'spec.yaml:4:16: `a[*]` is not a path.'],
	['a scorer by another name', 'score: [exact]', 'spec.yaml:4:9: `score[0]`'],
	[
		'an unknown key',
		'score: [{mach: x}]',
		'`mach` is not a key of `score[0]`; the nearest known key is `match`',
	],
	[
		'a field that no arg has',
		"score: [{match: '{{expected_respons}}'}]",
		'no row of the args has `expected_respons`, which this scorer reads. | Did you mean {{expected_response}}?',
	],
	[
		'a field that no row has',
		{'spec.yaml': 'model: m\nprompts: Say {{n}}\nargs: {file: r.csv}\nscore: [match]', 'r.csv': 'n,x\n1,2\n'},
		'spec.yaml:4:9: no row of r.csv has `expected_response`, which this scorer reads.',
	],
	['a module that is not there', 'score: [{module: ./no.mjs}]', 'spec.yaml:4:18: no.mjs does not exist'],
	[
		'a module that exports nothing',
		{'spec.yaml': 'model: m\nprompts: Hi\nscore: [{module: ./s.mjs}]', 's.mjs': 'export const x = 1;'},
		'spec.yaml:3:18: s.mjs exports no scorer. | Write `export default row =>',
	],
	[
		'a module with files beside it',
		{'spec.yaml': 'model: m\nprompts: Hi\nscore: [{module: ./s.mjs}]', 's.mjs': "import {x} from './x.mjs';"},
		'spec.yaml:3:18: s.mjs imports `./x.mjs`, and the run keeps a copy of s.mjs alone.',
	],
	[
		'a module that breaks off',
		{
			'spec.yaml': 'model: m\nprompts: Hi\nscore: [{module: ./t.mjs}]',
			't.mjs': '\nthrow new Error("no luck");',
		},
		'spec.yaml:3:18: t.mjs cannot be loaded: no luck (t.mjs:2).',
	],
	[
		'embeddings have no text',
		'endpoint: embeddings\nscore: [{match: x}]',
		'the embeddings endpoint has no text to score',
	],
])('refuses %s', async (_, files, message) => {
	expect(await refusalOf(typeof files === 'string' ? `${spec}\n${files}` : files)).toContain(message);
});

const spec = `model: gpt-4o-mini
prompts: Capital of {{country}}?
args: [{country: France, expected_response: Paris}]`;
const rows = `model: gpt-4o-mini
prompts: Capital of {{country}}?
args: {file: rows.csv}`;

async function scoredOf(score: string | Files, answer: Partial<ResultRow> = {}): Promise<ResultRow> {
	const files = {'rows.csv': 'country,expected_response,year,tags,other\nFrance,Paris,2024,x,y\n'};
	const made = await specOf(
		typeof score === 'string' ? {'spec.yaml': `${rows}\n${score}`, ...files} : {...files, ...score},
	);
	return scoredRow({...row, ...answer} as ResultRow, made.score!);
}

async function scoresOf(score: string, answer: Partial<ResultRow> = {}): Promise<unknown> {
	return (await scoredOf(score, answer)).scores;
}
