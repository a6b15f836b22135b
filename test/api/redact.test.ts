import {expect, test} from 'vitest';
import {failureMessage} from '../../source/api/failure-message.ts';
import {redact, redactKey} from '../../source/api/redact.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';

const key = 'gsk_abcdefghijkl0123';

test.each([
	[`wrong key ${key}.`, 'wrong key [redacted].'],
	['Incorrect API key provided: sk-proj-****wxyz. See', 'Incorrect API key provided: [redacted] See'],
	['"authorization": "Bearer abc.def-123"', '"authorization": "Bearer [redacted]"'],
	['bearer  tok=1, next', 'Bearer [redacted], next'],
	['connect to http://me:pw@proxy:8080/x failed', 'connect to http://[redacted]@proxy:8080/x failed'],
	['see https://token@host', 'see https://[redacted]@host'],
	[
		'a risk-free task, mail me@example.com, http://host/@me',
		'a risk-free task, mail me@example.com, http://host/@me',
	],
])('%s', (text, expected) => {
	expect(redact(text, key)).toBe(expected);
});

test('a placeholder for a key is not searched in answers', () => {
	expect(redactKey('the room is EMPTY', 'EMPTY')).toBe('the room is EMPTY');
	expect(redactKey(`${key} and ${key}`, key)).toBe('[redacted] and [redacted]');
	expect(redactKey(key, null)).toBe(key);
});

test('no message holds the key, wherever it stands', () => {
	const random = seededRandom(testSeed('redact'));
	const pieces = [key, `Bearer ${key}`, `x${key}y`, ' ', '\n', 'text ', 'é', '@', '//', 'a'.repeat(1990)];
	for (let round = 0; round < 2000; round++) {
		const text = Array.from({length: 8}, () => pieces[Math.floor(random() * pieces.length)]).join('');
		const message = failureMessage(text, key);
		expect(message).not.toContain(key);
		expect(message).not.toMatch(/[\r\n]/);
		expect(message.length).toBeLessThanOrEqual(2000);
	}
});
