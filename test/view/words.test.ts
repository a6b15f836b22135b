import {expect, test} from 'vitest';
import {causeWords, failureText, kindWords} from '../../source/view/words.ts';

test.each([
	['rate_limit 429', '429 rate limit'],
	['server 503', '503 server'],
	['timeout', 'timeout'],
	['refusal 200', 'refusal'],
	['invalid_request 307', '307 invalid request'],
])('the cause %s reads %s', (cause, words) => {
	expect(causeWords(cause)).toBe(words);
});

test('a kind reads without underscores', () => {
	expect(kindWords('context_length')).toBe('context length');
});

test.each([
	[{kind: 'rate_limit', status: 429, code: null, message: 'slow down'}, '429 rate_limit: slow down'],
	[{kind: 'network', status: null, code: null, message: ''}, 'network'],
	[
		{kind: 'schema', status: 200, code: null, message: 'the answer is not JSON'},
		'schema: the answer is not JSON',
	],
] as const)('%o reads %s', (failure, text) => {
	expect(failureText(failure)).toBe(text);
});
