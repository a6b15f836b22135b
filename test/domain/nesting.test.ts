import {expect, test} from 'vitest';
import {deepestNesting, isNestedTooDeeply} from '../../source/domain/nesting.ts';

const lists = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
const objects = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);

test.each([lists, objects])('tells what is nested beyond the limit, at any depth of the stack', nest => {
	expect(isNestedTooDeeply(nest(deepestNesting))).toBe(false);
	expect(isNestedTooDeeply(nest(deepestNesting + 1))).toBe(true);
	expect(isNestedTooDeeply({choices: [{wide: 1}, nest(200_000)]})).toBe(true);
});

test('a wide value is not a deep one', () => {
	expect(isNestedTooDeeply([null, 1, 'x', {}, [], Array.from({length: 10_000}, () => ({a: [1]}))])).toBe(
		false,
	);
});
