import {describe, expect, test} from 'vitest';
import {isShown, type Toast, toastOf} from '../../source/ui/toast.ts';
import type {Notice} from '../../source/view/notice.ts';
import {notice} from './notice-fixture.ts';

const own: Toast = {text: 'paused', level: 'info', at: 1000};

describe('toasts', () => {
	test.each([
		['info', 3999, true],
		['info', 4000, false],
		['warn', 4000, false],
		['error', 7999, true],
		['error', 8000, false],
	] as const)('%s after %i ms is shown: %s', (level, ageMs, expected) => {
		expect(isShown({text: '', level, at: 1000}, 1000 + ageMs)).toBe(expected);
	});

	test.each<readonly [string, readonly Notice[], number, Toast | null, string | undefined]>([
		['nothing new', [notice(1, 'warn', 'old')], 1, null, undefined],
		['a quiet one', [notice(2, 'error', 'for the log', {isQuiet: true})], 1, null, undefined],
		['a note when nothing is shown', [notice(2, 'info', 'resumed')], 1, null, 'resumed'],
		['no note over the toast of a key', [notice(2, 'info', 'paused by a person')], 1, own, 'paused'],
		['a warning over a note', [notice(2, 'warn', 'first 429')], 1, own, 'first 429'],
		[
			'the newer of two warnings',
			[notice(2, 'warn', 'first 429'), notice(3, 'warn', 'first 503')],
			1,
			null,
			'first 503',
		],
		[
			'an error over a later warning',
			[notice(2, 'error', 'held'), notice(3, 'warn', 'first 503')],
			1,
			null,
			'held',
		],
		[
			'anything over what is over',
			[notice(2, 'info', 'resumed')],
			1,
			{...own, level: 'error', at: -9000},
			'resumed',
		],
	])('%s', (_, notices, seenId, current, text) => {
		expect(toastOf(notices, seenId, current, 1000)?.text).toBe(text);
	});
});
