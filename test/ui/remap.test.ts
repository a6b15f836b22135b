import {describe, expect, onTestFinished, test} from 'vitest';
import {similar as nearby} from '../../source/spec/nearest.ts';
import {bindingOf, keymap} from '../../source/ui/keymap.ts';
import {readKeymap, type Similar} from '../../source/ui/remap.ts';
import {defaultTheme, paint, readTheme} from '../../source/ui/theme.ts';
import {createFakeRun} from './fake-run.ts';
import {openScreen} from './open-screen.tsx';

const similar: Similar = (name, known) => nearby(name, known);

describe('a keymap of the preferences', () => {
	test('is the default one where there is none', () => {
		expect(readKeymap(undefined, similar)).toEqual({keymap, problems: []});
	});

	test('gives an action other keys, in all its panes, and takes keys away', () => {
		const {keymap: mine, problems} = readKeymap({'toggle-pause': ['P', 'ctrl-p'], zoom: []}, similar);
		expect(problems).toEqual([]);
		expect(bindingOf('P', 'cost', mine)?.action).toBe('toggle-pause');
		expect(bindingOf('p', 'queue', mine)).toBeNull();
		expect(bindingOf('0', 'queue', mine)).toBeNull();
		expect(bindingOf('q', 'queue', mine)?.action).toBe('quit');
	});

	test('may swap two keys', () => {
		const {problems} = readKeymap({'wipe-failed': ['d'], 'force-direct': ['w']}, similar);
		expect(problems).toEqual([]);
	});

	test.each([
		[{'toggle-pause': ['w']}, ['`w` is bound to toggle-pause and wipe-failed in queue']],
		[{'toggle-pase': ['x']}, ['keymap has no action toggle-pase (did you mean toggle-pause?)']],
		[{help: ['entr']}, ['help has a key "entr" that there is not (did you mean enter?)']],
		[{help: ['ü']}, ['help has a key "ü" that there is not']],
		[{help: [7]}, ['help has a key 7 that there is not']],
		[{help: '?'}, ['the keys of help are no list, like ["P"]']],
		[{interrupt: ['x']}, ['interrupt keeps its key: without it nobody gets out']],
		[{'copy-id': ['alt-y'], 'wipe-failed': ['y']}, ['wipe-failed cannot be `y`: that answers what it asks']],
		[{'copy-id': ['alt-y'], quit: ['y']}, ['quit cannot be `y`: that answers what it asks']],
		[['?'], ['keymap is no object of actions, like {"toggle-pause": ["P"]}']],
	])('%j: %j, and the default stays', (wanted, problems) => {
		expect(readKeymap(wanted, similar)).toEqual({keymap, problems});
	});
});

describe('a theme of the preferences', () => {
	test('replaces single colours', () => {
		const {theme, problems} = readTheme({accent: 'magentaBright'}, similar);
		expect(problems).toEqual([]);
		expect(theme).toEqual({...defaultTheme, accent: 'magentaBright'});
		expect(paint('cyan', theme)).toBe('magentaBright');
		expect(paint('red', theme)).toBe('red');
	});

	test.each([
		[{acent: 'red'}, ['theme has no acent (did you mean accent?)']],
		[{ok: 'gren'}, ['ok cannot be "gren" (did you mean green?): one of the 16 ANSI colours is']],
		[{ok: '#00ff00'}, ['ok cannot be "#00ff00": one of the 16 ANSI colours is']],
		['dark', ['theme is no object of colours, like {"accent": "magenta"}']],
	])('%j: %j', (wanted, problems) => {
		expect(readTheme(wanted, similar)).toEqual({theme: defaultTheme, problems});
	});
});

test('footer, help and palette go by the keymap in use', async () => {
	const wanted = {'toggle-pause': ['P'], 'wipe-failed': ['W'], palette: [';'], log: []};
	const {keymap: mine} = readKeymap(wanted, similar);
	const run = createFakeRun();
	const {type, shows, hides, close} = openScreen(run, {columns: 100, rows: 30}, mine);
	onTestFinished(close);
	await shows('P pause  W wipe');
	type('p');
	type('P');
	await shows('paused: nothing new starts');
	expect(run.commands).toEqual([{type: 'pause', cause: 'person'}]);
	type('?');
	type('/');
	for (const letter of 'pause') type(letter);
	await shows(/ P +pause, what runs is kept/);
	type('\u001b');
	type('\u001b');
	type('L');
	await hides('[Log]');
	type(';');
	type('\u001b[200~log of\u001b[201~');
	await shows(/> +log of events and toasts/);
	type('\r');
	await shows('[Log] all');
});
