import {describe, expect, test} from 'vitest';
import type {Round} from '../../source/domain/asking.ts';
import {neededOpinions, type OpinionSettings, opinionsAsking} from '../../source/domain/opinions.ts';
import type {Request} from '../../source/domain/request.ts';

const settings: OpinionSettings = {min: 3, max: 5, confidence: 0.78, label: null, clear: null};
const request = {index: 0} as Request;

function said(text: string | null, parsed: unknown = null): Round {
	return {kind: 'answered', text, parsed, choices: []};
}

const lost: Round = {
	kind: 'failed',
	failure: {kind: 'server', status: 500, code: null, message: 'down'},
};

/** Rounds by their first letter; `-` is one that failed for good. */
function roundsOf(text: string): readonly Round[] {
	return [...text].map(letter => (letter === '-' ? lost : said(letter)));
}

describe('how many opinions are asked for', () => {
	test.each([
		['', 'more'],
		['a', 'more'],
		['aa', 'more'],
		['aaa', 'done'],
		['aab', 'more'],
		['aaba', 'more'],
		['aabaa', 'done'],
		['aabbc', 'done'],
		['-aa', 'more'],
		['-aaa', 'done'],
		['a-a', 'more'],
		['aa-a', 'done'],
		['--a', 'more'],
		['--aaa', 'done'],
		['---a', 'more'],
		['---ab', 'done'],
		['----', 'more'],
		['-----', 'fail'],
		['----a', 'done'],
		['aab-b', 'done'],
	])('after %j: %s', (text, next) => {
		expect(opinionsAsking(settings).after(request, roundsOf(text))).toBe(next);
	});

	test('binary fractions ask for none too many: 4 of 5 are 0.8', () => {
		const wide = {min: 5, max: 9, confidence: 0.8};
		expect(neededOpinions(5, 4, 5, wide)).toBe(5);
		expect(neededOpinions(5, 3, 5, wide)).toBe(9);
	});

	test('a confidence of 1 takes the same from all, or the most', () => {
		const sure = {min: 2, max: 4, confidence: 1};
		expect(neededOpinions(2, 2, 2, sure)).toBe(2);
		expect(neededOpinions(2, 1, 2, sure)).toBe(4);
	});

	test('never fewer than there are, when the settings were lowered since', () => {
		expect(neededOpinions(7, 4, 7, {min: 3, max: 5, confidence: 0.78})).toBe(7);
	});
});

describe('what opinions come to', () => {
	test('the label of most, what each weighs, and the answer that said it first', () => {
		const asking = opinionsAsking({...settings, label: 'mood', clear: 'sure'});
		const rounds = [
			said('', {mood: 'sad', sure: true}),
			said('', {mood: 'glad', sure: false}),
			said('', {mood: 'glad', sure: true}),
			said('', {mood: 'glad'}),
			lost,
		];
		expect(asking.conclude(request, rounds)).toEqual({
			shown: 1,
			summary: 'glad, said by 3 of 4: not clear',
			columns: {
				opinion: {
					label: 'glad',
					is_clear: false,
					agreement: 0.75,
					answers: 4,
					failed: 1,
					counts: {sad: 1, glad: 3},
					weights: {sad: 1, glad: 2.5},
				},
			},
		});
	});

	test('is clear where enough agree and most of them were sure', () => {
		const asking = opinionsAsking({...settings, label: 'mood', clear: 'sure'});
		const isClear = (sure: readonly boolean[]) => {
			const {columns} = asking.conclude(
				request,
				sure.map(one => said('', {mood: 1, sure: one})),
			);
			return (columns.opinion as {is_clear: boolean}).is_clear;
		};

		expect(isClear([true, true, false])).toBe(true);
		expect(isClear([true, false, false])).toBe(false);
		expect(isClear([true, true])).toBe(false);
	});

	test('of two that are equally common the one that weighs more', () => {
		const asking = opinionsAsking({...settings, label: 'mood', clear: 'sure'});
		const {shown} = asking.conclude(request, [
			said('', {mood: 'a', sure: false}),
			said('', {mood: 'b', sure: true}),
			said('', {mood: 'b', sure: true}),
			said('', {mood: 'a', sure: true}),
		]);
		expect(shown).toBe(1);
	});

	test('spaces around a text are no other opinion', () => {
		const {columns} = opinionsAsking(settings).conclude(request, [said('yes\n'), said(' yes'), said('yes')]);
		expect(columns.opinion).toMatchObject({label: 'yes', counts: {yes: 3}, is_clear: true});
	});

	test('an answer without a label is none', () => {
		const asking = opinionsAsking({...settings, label: 'mood'});
		const refuse = (parsed: unknown) =>
			asking.refuse(request, [], {kind: 'answered', text: 'x', parsed, choices: []})?.message ?? null;
		expect(refuse({mood: null})).toBe(null);
		expect(refuse({})).toContain('no field `mood`');
		expect(refuse(null)).toContain('no JSON object');
		expect(opinionsAsking(settings).refuse(request, [], said(' ') as never)?.kind).toBe('schema');
	});
});
