import {describe, expect, test} from 'vitest';
import {labelOf} from '../../source/domain/answer-label.ts';
import {type Ballot, countVotes, isSettled} from '../../source/domain/vote.ts';

/** `a` is sure of itself, `a?` is not. */
const ballots = (words: string): readonly Ballot[] =>
	words.split(' ').map(word => ({label: word.replace('?', ''), isConfident: !word.endsWith('?')}));

describe('a vote', () => {
	test.each([
		[
			'a b a',
			[
				['a', 2, 2],
				['b', 1, 1],
			],
		],
		[
			'a? a? b',
			[
				['b', 1, 1],
				['a', 2, 0.4],
			],
		],
		// Five unsure ones weigh as much as one that is sure, and are more.
		[
			'b a? a? a? a? a?',
			[
				['a', 5, 1],
				['b', 1, 1],
			],
		],
		[
			'b a',
			[
				['b', 1, 1],
				['a', 1, 1],
			],
		],
	])('%s', (words, counts) => {
		expect(countVotes(ballots(words)).map(({label, count, weight}) => [label, count, weight])).toEqual(
			counts,
		);
	});

	test.each([
		['a', false],
		['a a', true],
		['a a?', false],
		['a? a', false],
		['b a a', true],
		['a a b', false],
	])('is settled after %s: %s', (words, settled) => {
		expect(isSettled(ballots(words))).toBe(settled);
	});
});

describe('a label', () => {
	test('of an object does not depend on the order of its keys', () => {
		expect(labelOf('', {a: 1, b: {d: 2, c: [3]}}, null)).toBe(labelOf('', {b: {c: [3], d: 2}, a: 1}, null));
		expect(labelOf('', {mood: 'good', why: 'x'}, 'mood')).toBe('good');
		expect(labelOf('', {inner: {mood: 1}}, 'inner.mood')).toBe('1');
	});

	test('of a text does not depend on case, spaces and the signs around it', () => {
		expect(labelOf(' "Card  arrival." ', undefined, null)).toBe('card arrival');
		expect(labelOf('**card arrival**', null, null)).toBe('card arrival');
		expect(labelOf(null, null, null)).toBe('');
	});
});
