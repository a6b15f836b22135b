import {describe, expect, test} from 'vitest';
import type {Round} from '../../source/domain/asking.ts';
import {isAudited} from '../../source/domain/audit-choice.ts';
import {packAsking} from '../../source/domain/pack-asking.ts';
import type {Request} from '../../source/domain/request.ts';
import {failure} from './run-fixture.ts';

const request = {id: 'a', index: 0, body: {}} as unknown as Request;
const audited = {...request, id: ids().find(id => isAudited(id, 0.05))!};

function ids(): readonly string[] {
	return Array.from({length: 20_000}, (_, i) => String(i));
}

/** `good` is sure of itself, `good?` is not, `!` failed for good; all were in a pack unless they end in `alone`. */
function rounds(words: string): readonly Round[] {
	return words.split(' ').map((word): Round => {
		if (word === '!') {
			return {kind: 'failed', failure: failure('refusal', 200)};
		}

		const [text = '', alone] = word.split('/');
		const label = text.replace('?', '');
		const raw = alone ? {} : {confident: !text.endsWith('?')};
		const choice = {index: 0, text: label, finishReason: 'stop', refusal: null, complete: true, raw};
		return {
			kind: 'answered',
			text: label,
			parsed: null,
			choices: [choice],
			...(alone ? null : {isShared: true as const}),
		};
	});
}

describe('a vote over packs', () => {
	const asking = packAsking({audit: 0, label: null, vote: {rounds: 5, stopsEarly: true}});
	const fixed = packAsking({audit: 0, label: null, vote: {rounds: 5, stopsEarly: false}});

	test.each([
		['a', 'more', 'more'],
		['a a', 'done', 'more'],
		['a a?', 'more', 'more'],
		['a b b', 'done', 'more'],
		['a? b? a? b? a?', 'done', 'done'],
		['!', 'fail', 'fail'],
		['a? !', 'done', 'done'],
	])('after %s: %s, without early stop %s', (words, early, late) => {
		expect([asking, fixed].map(one => one.after(request, rounds(words)))).toEqual([early, late]);
	});

	test('asks each round with its number', () => {
		expect(asking.next(request, rounds('a b?'))).toEqual({...request, round: 2});
	});

	test('shows the answer that weighs most, from a round that was sure of it', () => {
		expect(asking.conclude(request, rounds('a? b? a b? b?'))).toEqual({
			shown: 2,
			summary: 'a, said in 2 of 5 rounds',
			columns: {
				vote: {
					label: 'a',
					agreement: 0.6667,
					rounds: 5,
					failed: 0,
					counts: {a: 2, b: 3},
					weights: {a: 1.2, b: 0.6},
				},
			},
		});
		expect(asking.conclude(request, rounds('a? !')).columns.vote).toMatchObject({label: 'a', failed: 1});
	});
});

describe('an audit', () => {
	const asking = packAsking({audit: 0.05, label: null, vote: null});

	test('is of its share of the items, by their ids alone', () => {
		expect(ids().filter(id => isAudited(id, 0.05)).length / 20_000).toBeCloseTo(0.05, 2);
		expect(ids().filter(id => isAudited(id, 0))).toEqual([]);
		expect(ids().every(id => isAudited(id, 1))).toBe(true);
		expect([
			asking.concerns(audited),
			asking.concerns({...request, id: ids().find(id => !isAudited(id, 0.05))!}),
		]).toEqual([true, false]);
	});

	test('asks alone what a pack has answered, and shows what the pack said', () => {
		expect(asking.after(audited, rounds('a'))).toBe('more');
		expect(asking.next(audited, rounds('a'))).toEqual({...audited, goesAlone: true});
		expect(asking.after(audited, rounds('a b/alone'))).toBe('done');
		expect(asking.conclude(audited, rounds('a b/alone'))).toEqual({
			shown: 0,
			columns: {audit: {agrees: false, alone: 'b'}},
		});
		expect(asking.conclude(audited, rounds('A. a/alone')).columns).toEqual({
			audit: {agrees: true, alone: 'a'},
		});
		expect([asking.audits(audited, rounds('a b/alone')), asking.audits(audited, rounds('a'))]).toEqual([
			false,
			null,
		]);
	});

	test('comes to nothing where the item went alone anyway, or fails alone', () => {
		expect(asking.after(audited, rounds('a/alone'))).toBe('done');
		expect(asking.after(audited, rounds('!'))).toBe('fail');
		expect(asking.after(audited, rounds('a !'))).toBe('done');
		expect(asking.audits(audited, rounds('a !'))).toBeNull();
		expect(asking.conclude(audited, rounds('a !')).columns).toEqual({audit: {agrees: null, alone: null}});
	});

	test('follows a vote', () => {
		const both = packAsking({audit: 1, label: null, vote: {rounds: 3, stopsEarly: true}});
		expect(['a', 'a a', 'a a a/alone'].map(words => both.after(audited, rounds(words)))).toEqual([
			'more',
			'more',
			'done',
		]);
		expect(both.next(audited, rounds('a'))).toMatchObject({round: 1});
		expect(both.next(audited, rounds('a a'))).toMatchObject({goesAlone: true});
		expect(both.conclude(audited, rounds('a a b/alone'))).toMatchObject({
			columns: {vote: {rounds: 2}, audit: {agrees: false}},
		});
	});
});
