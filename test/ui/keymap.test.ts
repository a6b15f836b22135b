import {describe, expect, test} from 'vitest';
import type {KeyContext} from '../../source/ui/binding.ts';
import {helpLines} from '../../source/ui/help-lines.ts';
import {bindingOf, keymap, keyTable, worksIn} from '../../source/ui/keymap.ts';
import {paneNames} from '../../source/ui/layout.ts';
import {initialUiState} from '../../source/ui/ui-state.ts';
import type {Phase} from '../../source/view/phase-name.ts';
import {snapshotFixture} from './snapshot-fixture.ts';

function context(phase: Phase | null, rest: Partial<KeyContext> = {}): KeyContext {
	const snapshot = phase === null ? null : snapshotFixture({phase});
	return {snapshot, ui: initialUiState, isReadonly: false, keymap, ...rest};
}

describe('the keymap', () => {
	test('gives a key one meaning in a pane', () => {
		for (const pane of paneNames) {
			const keys = keymap.filter(worksIn(pane)).flatMap(({keys}) => keys);
			expect(new Set(keys).size, pane).toBe(keys.length);
		}
	});

	test.each([
		['j', 'queue', 'next-row'],
		['down', 'detail', 'next-row'],
		['ctrl-d', 'queue', 'next-half-page'],
		['enter', 'queue', 'open'],
		['enter', 'cost', 'zoom'],
		['[', 'detail', 'previous-tab'],
		['5', 'queue', 'pane-5'],
		['0', 'retries', 'zoom'],
		['ctrl-c', 'cost', 'interrupt'],
		['+', 'cost', 'raise-ceiling'],
		['+', 'queue', 'more-calls'],
		['-', 'detail', 'fewer-calls'],
	] as const)('%s in %s is %s', (key, pane, action) => {
		expect(bindingOf(key, pane)?.action).toBe(action);
	});

	test.each([
		['j', 'cost'],
		[']', 'queue'],
		['-', 'cost'],
		['unknown', 'queue'],
	] as const)('%s in %s is nothing', (key, pane) => {
		expect(bindingOf(key, pane)).toBeNull();
	});

	test.each<readonly [Phase | null, true | string]>([
		['RUNNING', true],
		['THROTTLED', true],
		['OFFLINE', true],
		['PAUSED', true],
		['HELD', true],
		['STARTING', 'the run is not open yet'],
		[null, 'the run is not open yet'],
		['DONE', 'the run is done'],
		['DRAINING', 'the run is ending: esc goes on with it'],
	])('p while %s: %s', (phase, expected) => {
		expect(bindingOf('p', 'queue')?.enabled(context(phase))).toBe(expected);
	});

	test('p is off on a screen that only watches', () => {
		expect(bindingOf('p', 'queue')?.enabled(context('RUNNING', {isReadonly: true}))).toContain('--readonly');
	});

	test.each([
		['+', 10_000, 'RUNNING', {}, '10,000 calls at once are the most'],
		['+', 20_000, 'RUNNING', {}, '10,000 calls at once are the most'],
		['-', 20_000, 'RUNNING', {}, true],
		['-', 1, 'RUNNING', {}, 'one call at once is the least; p pauses'],
		['+', 1, 'PAUSED', {}, true],
		['+', 64, 'DONE', {}, 'the run is done'],
		['-', 64, 'DRAINING', {}, 'the run is ending: esc goes on with it'],
		['-', 64, 'RUNNING', {isReadonly: true}, 'this screen only watches (--readonly)'],
	] as const)('%s at %i calls while %s, %o: %s', (key, concurrency, phase, rest, expected) => {
		const inFlight = {...snapshotFixture().inFlight, concurrency};
		const snapshot = snapshotFixture({phase, inFlight});
		expect(bindingOf(key, 'queue')?.enabled(context(null, {snapshot, ...rest}))).toBe(expected);
	});

	test('the README table has a row for every binding', () => {
		expect(keyTable()).toHaveLength(keymap.length);
		expect(keyTable()).toContainEqual({
			keys: 'esc',
			label: 'close one layer; while the run is ending: go on with it',
			panes: 'all',
		});
	});
});

describe('the help', () => {
	const text = (given: KeyContext) => helpLines(given).map(line => line.map(({text}) => text).join(''));

	test('names every binding once, those of the focused pane first', () => {
		for (const focus of paneNames) {
			const lines = text(context('RUNNING', {ui: {...initialUiState, focus}}));
			for (const {label} of keymap) {
				const bindings = keymap.filter(binding => binding.label === label).length;
				const rows = lines.filter(line => line.endsWith(`  ${label}`) || line.includes(` ${label}`));
				expect(rows.length, `${focus}: ${label}`).toBeGreaterThanOrEqual(bindings);
			}
		}

		expect(text(context('RUNNING')).slice(0, 2)).toEqual([
			'in this pane (queue)',
			'  enter         open the request: prompt, answer, error, attempts',
		]);
	});

	test('says why a key is off', () => {
		expect(text(context('DONE')).find(line => line.startsWith('  p '))).toContain(
			'(not now: the run is done)',
		);
	});
});
