import {describe, expect, test} from 'vitest';
import type {Answer, Choice} from '../../source/domain/answer.ts';
import type {AnswerPolicy} from '../../source/domain/settings.ts';
import {flawOf, judge, parseJson} from '../../source/domain/verdict.ts';

const policy: AnswerPolicy = {
	onTruncated: 'keep',
	onRefusal: 'fail',
	onContentFilter: 'fail',
	structured: false,
	endpoint: 'chat',
};
const clean: Choice = {index: 0, text: 'yes', finishReason: 'stop', refusal: null, complete: true, raw: {}};
const cut = {...clean, finishReason: 'length'};
const refused = {...clean, text: null, refusal: 'I cannot'};
const filtered = {...clean, finishReason: 'content_filter'};
const empty = {...clean, text: null, complete: false};

function answer(...choices: readonly Choice[]): Answer {
	return {choices, envelope: {}, usage: null, rawUsage: null};
}

function outcome(choice: Choice, more: Partial<AnswerPolicy> = {}) {
	const verdict = judge(answer(choice), {...policy, ...more}, null);
	return verdict.kind === 'usable' ? 'usable' : `${verdict.failure.kind} ${verdict.consequence}`;
}

describe('a choice', () => {
	test.each<[string, Choice, Partial<AnswerPolicy>, string]>([
		['clean', clean, {}, 'usable'],
		['cut short, kept', cut, {}, 'usable'],
		['cut short, tried again', cut, {onTruncated: 'retry'}, 'truncated retry'],
		['cut short, failed', cut, {onTruncated: 'fail'}, 'truncated fail'],
		['refused', refused, {}, 'refusal fail'],
		['refused, kept', refused, {onRefusal: 'keep'}, 'usable'],
		['filtered', filtered, {}, 'content_filter fail'],
		['filtered, kept', filtered, {onContentFilter: 'keep'}, 'usable'],
		['without content', empty, {}, 'malformed retry'],
		[
			'without content because it was cut',
			{...empty, finishReason: 'length'},
			{onTruncated: 'retry'},
			'truncated retry',
		],
		['a tool call', {...clean, text: null, finishReason: 'tool_calls'}, {}, 'usable'],
	])('%s', (_, choice, more, expected) => {
		expect(outcome(choice, more)).toBe(expected);
	});

	test('with several flaws has the worst', () => {
		expect(flawOf({...refused, finishReason: 'content_filter'})).toBe('content_filter');
		expect(flawOf({...refused, finishReason: 'length'})).toBe('refusal');
		expect(flawOf(clean)).toBeNull();
	});

	test('that refuses says in its own words why', () => {
		expect(judge(answer(refused), policy, null)).toMatchObject({failure: {message: 'I cannot', status: 200}});
	});
});

describe('several choices', () => {
	test('are usable when one is', () => {
		expect(judge(answer(refused, empty, clean), policy, null)).toEqual({kind: 'usable'});
	});

	test('of which none is: the first says why', () => {
		expect(judge(answer(empty, refused), policy, null)).toMatchObject({failure: {kind: 'malformed'}});
	});

	test('of which there are none are malformed', () => {
		expect(judge(answer(), policy, null)).toMatchObject({failure: {kind: 'malformed'}, consequence: 'retry'});
	});
});

describe('with a schema', () => {
	const structured = {...policy, structured: true};
	const check = (value: unknown) => (value === 1 ? null : 'must be 1');

	test.each([
		['1', 'usable'],
		['2', 'must be 1'],
		['null', 'must be 1'],
		['{', 'the answer is not JSON'],
		['', 'the answer is not JSON'],
	])('the text %j is %s', (text, expected) => {
		const verdict = judge(answer({...clean, text}), structured, check);
		expect(verdict.kind === 'usable' ? 'usable' : verdict.failure.message).toBe(expected);
		if (verdict.kind === 'unusable') {
			expect([verdict.failure.kind, verdict.consequence]).toEqual(['schema', 'retry']);
		}
	});

	test('a tool call has no text to check', () => {
		expect(judge(answer({...clean, text: null}), structured, check)).toEqual({kind: 'usable'});
	});
});

test('JSON that is none is undefined, also where null is a value', () => {
	expect([parseJson('null'), parseJson('nul')]).toEqual([null, undefined]);
});
