import {describe, expect, test} from 'vitest';
import {closestWord} from '../../source/view/closest-word.ts';
import {fitsGlob, parseQuery} from '../../source/view/query.ts';

const term = (field: string, values: readonly string[], isNegated = false) => ({field, values, isNegated});

describe('a filter', () => {
	test.each([
		['', []],
		['   ', []],
		['Timeout', [term('text', ['timeout'])]],
		['two words', [term('text', ['two']), term('text', ['words'])]],
		['"two words"', [term('text', ['two words'])]],
		['!text', [term('text', ['text'], true)]],
		['!"two words"', [term('text', ['two words'], true)]],
		['status:failed', [term('status', ['failed'])]],
		['status:FAILED,waiting', [term('status', ['failed', 'waiting'])]],
		['status:fa', [term('status', ['failed'])]],
		['status:in_flight', [term('status', ['in-flight'])]],
		['!status:done', [term('status', ['done'], true)]],
		['code:429', [term('code', ['429'])]],
		['code:429,5*', [term('code', ['429', '5*'])]],
		['kind:time', [term('kind', ['timeout'])]],
		['kind:rate-limit', [term('kind', ['rate_limit'])]],
		['kind:re', [term('kind', ['refusal'])]],
		['model:GPT*', [term('model', ['gpt*'])]],
		['id:000481', [term('id', ['000481'])]],
		['prompt:"two words" answer:x', [term('prompt', ['two words']), term('answer', ['x'])]],
		[
			'status:failed code:429 slow',
			[term('status', ['failed']), term('code', ['429']), term('text', ['slow'])],
		],
		['http://host/a:b', [term('text', ['http://host/a:b'])]],
		['12:30', [term('text', ['12:30'])]],
		['"a:b"', [term('text', ['a:b'])]],
	])('%s', (filter, terms) => {
		expect(parseQuery(filter)).toEqual({terms, problem: null});
	});

	test.each([
		'status:',
		'!status:',
		'kind:',
		'code:',
		'model:',
		'id:',
		'prompt:',
		'answer:',
		'!',
		'"',
		'status:,',
		'prompt:"',
	])('%s narrows nothing while it is typed', filter => {
		expect(parseQuery(filter)).toEqual({terms: [], problem: null});
	});

	test('keeps what can be read beside what cannot', () => {
		expect(parseQuery('slow status:lost')).toEqual({
			terms: [term('text', ['slow'])],
			problem: 'status: knows queued, waiting, in-flight, batched, done and failed, not "lost".',
		});
		expect(parseQuery('stats:failed').problem).toBe(
			'There is no field "stats": did you mean status? In quotes it is text. Fields are status, code, kind, model, id, prompt and answer.',
		);
		expect(parseQuery('"user:1"')).toEqual({terms: [term('text', ['user:1'])], problem: null});
		expect(parseQuery('code:5*,4x').problem).toBe(
			'code: takes a number like 429 or 4*, or a name like invalid_api_key, not "4x".',
		);
		expect(parseQuery('kind:nothing').problem).toMatch(
			/^kind: knows rate_limit, quota,.* and task, not "nothing"\.$/,
		);
	});
});

test.each([
	['gpt-4o', 'gpt*', true],
	['gpt-4o', '*4o', true],
	['gpt-4o', 'g*-*o', true],
	['gpt-4o', 'gpt', false],
	['gpt-4o', '*', true],
	['aba', 'ab*ba', false],
	['ab', 'a*b*b', false],
])('%s fits %s: %s', (name, pattern, fits) => {
	expect(fitsGlob(name, pattern)).toBe(fits);
});

test.each([
	['modle', 'model'],
	['ans', 'answer'],
	['promt', 'prompt'],
	['x', 'id'],
])('the word closest to %s is %s', (word, closest) => {
	expect(closestWord(word, ['status', 'code', 'kind', 'model', 'id', 'prompt', 'answer'])).toBe(closest);
});
