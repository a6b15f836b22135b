import {describe, expect, test} from 'vitest';
import {actText, actTitle, doneWords, whyNothing} from '../../source/ui/act-words.ts';
import {needsNumber} from '../../source/ui/question.ts';
import type {ChosenSet, Scope, SetAct} from '../../source/view/chosen-set.ts';
import {chosenFixture} from './fake-run.ts';

const marked: Scope = {kind: 'marked'};
const change: SetAct = {kind: 'change', change: {model: 'gpt-4o', body: {max_tokens: 512}}};

describe('a question about a set', () => {
	test.each<readonly [SetAct, Partial<ChosenSet>, string]>([
		[{kind: 'wipe'}, {}, 'Return 312 failed requests to the queue, for about $0.10?'],
		[{kind: 'wipe'}, {costUsd: null}, 'Return 312 failed requests to the queue, at a cost not known yet?'],
		[{kind: 'retry'}, {count: 1}, 'Try 1 request again now, for about $0.10?'],
		[
			{kind: 'retry'},
			{
				skipped: [
					{count: 1200, why: 'is done'},
					{count: 1, why: 'has failed'},
				],
			},
			'Try 312 requests again now, for about $0.10? Left alone: 1,200 done, 1 failed.',
		],
		[{kind: 'give-up'}, {costUsd: 0}, 'Give up 312 requests? They fail as cancelled.'],
		[
			{kind: 'give-up'},
			{costUsd: 0, inFlight: 48, batched: 2},
			'Give up 312 requests? They fail as cancelled. 48 calls in flight: aborted, maybe billed. 2 in a batch: dropped when it ends, billed if answered.',
		],
		[
			{kind: 'give-up'},
			{costUsd: 0, shared: 3},
			'Give up 312 requests? They fail as cancelled. 3 in calls that others share: kept if answered.',
		],
		[
			change,
			{costUsd: 0.6, beforeUsd: 0.2},
			'Send 312 requests with model=gpt-4o max_tokens=512, for about $0.60 instead of $0.20?',
		],
		[
			change,
			{costUsd: 0.6, beforeUsd: null},
			'Send 312 requests with model=gpt-4o max_tokens=512, for about $0.60?',
		],
		[change, {costUsd: null}, 'Send 312 requests with model=gpt-4o max_tokens=512, at a cost not known yet?'],
	])('%o', (act, set, expected) => {
		expect(actText({scope: marked, act}, {...chosenFixture, ...set})).toBe(expected);
	});

	test.each<readonly [Scope, string]>([
		[{kind: 'row', index: 1}, 'Wipe this request?'],
		[marked, 'Wipe the marked?'],
		[{kind: 'list'}, 'Wipe all in the list?'],
		[{kind: 'group', key: 'k'}, 'Wipe the group?'],
		[{kind: 'failed'}, 'Wipe all that failed?'],
	])('names %o', (scope, title) => {
		expect(actTitle({scope, act: {kind: 'wipe'}})).toBe(title);
	});

	test('says the price in three lines of 56 columns, however long the change is', () => {
		const long: SetAct = {kind: 'change', change: {model: null, body: {stop: 'x'.repeat(400)}}};
		const text = actText(
			{scope: marked, act: long},
			{...chosenFixture, count: 1_000_000, costUsd: 1234.5, beforeUsd: 1200},
		);
		expect(text.slice(0, 165)).toMatch(/instead of \S+\?$/);
	});

	test('shows no control sequence of a value', () => {
		const hostile: SetAct = {kind: 'change', change: {model: '\u001b[2J', body: {}}};
		expect(actText({scope: marked, act: hostile}, chosenFixture)).not.toContain('\u001b');
	});
});

test.each<readonly [Partial<ChosenSet>, string | null]>([
	[{}, null],
	[{problem: 'it is done'}, 'it is done'],
	[{count: 0, skipped: [{count: 3, why: 'is done'}]}, 'nothing to retry: 3 done'],
	[{count: 0}, 'nothing to retry: no such request'],
])('why nothing happens with %o', (set, expected) => {
	expect(whyNothing({scope: marked, act: {kind: 'retry'}}, {...chosenFixture, ...set})).toBe(expected);
});

test.each<readonly [SetAct, Partial<ChosenSet>, string]>([
	[{kind: 'retry'}, {count: 3}, 'retry: 3 requests, for about $0.10'],
	[
		{kind: 'move', to: 'front'},
		{count: 1, skipped: [{count: 2, why: 'is in flight'}]},
		'1 request to the front of the queue; left alone: 2 in flight',
	],
])('what %o did', (act, set, expected) => {
	expect(doneWords({scope: marked, act}, {...chosenFixture, ...set})).toBe(expected);
});

test.each([
	[1000, 1, false],
	[1001, 0, true],
	[3, 1.01, true],
	[3, null, false],
	[1001, null, true],
] as const)('the number of %i for %s has to be typed: %s', (count, costUsd, expected) => {
	expect(needsNumber({count, costUsd})).toBe(expected);
});

test('the one that is asked about is named, in clean words', () => {
	const scope = {kind: 'row', index: 3} as const;
	expect(actTitle({scope, act: {kind: 'give-up'}}, 'a\u001b[2J')).toBe('Give up request a␛[2J?');
});
