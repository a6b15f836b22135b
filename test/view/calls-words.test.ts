import {expect, test} from 'vitest';
import {attemptsWords} from '../../source/view/calls-words.ts';

test('calls are told only where requests shared some', () => {
	expect(attemptsWords({attempts: 1003, calls: 1003, retries: 3})).toBe('1,003, of which 3 retries');
	expect(attemptsWords({attempts: 1000, calls: 143, retries: 1})).toBe(
		'1,000 in 143 calls, of which 1 retry',
	);
});
