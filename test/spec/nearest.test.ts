import {describe, expect, test} from 'vitest';
import {nearest, similar} from '../../source/spec/nearest.ts';

describe('the nearest name', () => {
	test.each([
		['modle', ['mode', 'model'], 'model'],
		['Model', ['mode', 'model'], 'model'],
		['conc', ['rpm', 'concurrency'], 'concurrency'],
		['max_retrys', ['max_waits', 'max_retries'], 'max_retries'],
		['bogus', [], null],
	])('of %s among %j is %s', (name, known, expected) => {
		expect(nearest(name, known)).toBe(expected);
	});

	test('is what was meant only if it is similar', () => {
		expect(similar('fod', ['food'])).toBe('food');
		expect(similar('doof', ['food'])).toBe('food');
		expect(similar('pizza', ['food'])).toBeNull();
	});
});
