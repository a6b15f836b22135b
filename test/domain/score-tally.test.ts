import {expect, test} from 'vitest';
import type {ResultRow} from '../../source/domain/result.ts';
import {createScoreTally} from '../../source/domain/score-tally.ts';
import type {ScoreValue} from '../../source/domain/scored.ts';

type Scores = {readonly [name: string]: ScoreValue};

function rowsOf(model: string, group: string | null, ...choices: readonly Scores[]): readonly ResultRow[] {
	return choices.map(
		scores =>
			({provider: 'openai', model, input: group === null ? {} : {group}, scores}) as unknown as ResultRow,
	);
}

test('a request counts once, by model and by group', () => {
	const tally = createScoreTally();
	tally.add(rowsOf('a', 'easy', {match: true, length: 4}));
	tally.add(rowsOf('a', 'hard', {match: false, length: 8}, {match: true, length: 16}));
	tally.add(rowsOf('b', null, {match: true, length: null, label: 'red'}));
	expect(
		tally
			.sum()
			.map(({name, model, group, count, mean, isShare}) => [name, model, group, count, mean, isShare]),
	).toEqual([
		['match', 'a', null, 2, 0.75, false],
		['match', 'a', 'easy', 1, 1, true],
		['match', 'a', 'hard', 1, 0.5, false],
		['length', 'a', null, 2, 8, false],
		['length', 'a', 'easy', 1, 4, false],
		['length', 'a', 'hard', 1, 12, false],
		['match', 'b', null, 1, 1, true],
	]);
});

test('errors are counted, whatever the other choices came to', () => {
	const tally = createScoreTally();
	const [first, second] = rowsOf('a', null, {own: 2}, {own: null});
	tally.add([first!, {...second!, score_errors: {own: 'no'}}]);
	tally.add([{...second!, score_errors: {own: 'no'}}]);
	expect(tally.sum()).toMatchObject([{name: 'own', count: 1, mean: 2, errors: 2}]);
});

test('a column with a value of its own in each row is no group', () => {
	const tally = createScoreTally();
	for (let index = 0; index < 500; index++) {
		tally.add(rowsOf('a', `row ${index}`, {match: true}));
	}

	const sum = tally.sum();
	expect(sum).toHaveLength(102);
	expect(sum.at(-1)).toMatchObject({group: '(others)', count: 400});
});
