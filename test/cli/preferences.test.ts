import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it, test} from 'vitest';
import {checkPreferences, defaultPreferences} from '../../source/cli/check-preferences.ts';
import {chooseDisplay} from '../../source/cli/display.ts';
import {runCli} from './cli-process.ts';
import {folderWith, jsonLines, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

describe('preferences', () => {
	test('are taken as they are', () => {
		const wanted = {
			keymap: {'toggle-pause': 'P', quit: ['Q']},
			theme: {accent: 'magenta'},
			fps: 2,
			display: 'plain',
			bell: false,
			ascii: true,
			recentRuns: [{directory: '/a', specPath: '/a.yaml', at: '2026-11-28T10:00:00.000Z'}],
		};
		expect(checkPreferences(wanted)).toEqual({
			preferences: {...wanted, keymap: {'toggle-pause': ['P'], quit: ['Q']}},
			problems: [],
		});
	});

	test.each([
		[{fps: 'fast'}, '“fps” must be a number of at least 1'],
		[{fps: 0}, '“fps” must be a number of at least 1'],
		[{display: 'tall'}, '“display” must be one of full, plain, json, none'],
		[{bell: 1}, '“bell” must be true or false'],
		[{keymap: ['x']}, '“keymap” must be an object of actions with a key or a list of keys each'],
		[{colour: 'red'}, '“colour” is no preference (keymap, theme, fps, display, bell, ascii, recentRuns)'],
	])('%j: %s, and the default holds', (stored, problem) => {
		expect(checkPreferences(stored)).toEqual({preferences: defaultPreferences, problems: [problem]});
	});

	const terminal = {flag: undefined, env: {}, stdinIsTty: true, stdoutIsTty: true};

	test('of the display give way to flag and variable, and to a place without a screen', () => {
		expect(chooseDisplay({...terminal, preferred: 'plain'})).toBe('plain');
		expect(chooseDisplay({...terminal, preferred: 'plain', flag: 'json'})).toBe('json');
		expect(chooseDisplay({...terminal, preferred: 'plain', env: {PROMPTBATCH_DISPLAY: 'none'}})).toBe('none');
		expect(chooseDisplay({...terminal, preferred: 'full', stdoutIsTty: false})).toBe('plain');
		expect(chooseDisplay({...terminal, preferred: 'plain', isSpoken: true})).toBe('full');
		expect(chooseDisplay({...terminal, env: {TERM: 'dumb'}, isSpoken: true})).toBe('full');
		expect(chooseDisplay({...terminal, env: {TERM: 'dumb'}})).toBe('plain');
	});
});

/** A home of its own with these preferences. */
function homeWith(preferences: string) {
	const home = folderWith({'promptbatch-tui/config.json': preferences});
	return {file: path.join(home, 'promptbatch-tui', 'config.json'), env: {XDG_CONFIG_HOME: home, HOME: home}};
}

describe('of a user', () => {
	it('choose the display, and a headless run writes none', async () => {
		const {file, env} = homeWith('{"display":"json"}');
		const folder = folderWith({'spec.yaml': specOf(1)});
		const {code, stdout, stderr} = await runCli(['spec.yaml', '--simulate'], {cwd: folder, env});
		expect({code, stderr}).toEqual({code: 0, stderr: ''});
		expect(jsonLines(stdout).at(-1)).toMatchObject({event: 'report'});
		expect(readFileSync(file, 'utf8')).toBe('{"display":"json"}');
		const none = folderWith({});
		await runCli(['spec.yaml', '--simulate'], {cwd: folder, env: {XDG_CONFIG_HOME: none, HOME: none}});
		expect(existsSync(path.join(none, 'promptbatch-tui'))).toBe(false);
	});

	it.each([
		['{broken', 'is no JSON object: defaults hold until it is mended.'],
		['{"fps":"fast"}', ': “fps” must be a number of at least 1; the default holds until it is mended.'],
	])('%s is said in one sentence with its file, and the run goes on', async (text, sentence) => {
		const {file, env} = homeWith(text);
		const folder = folderWith({'spec.yaml': specOf(1)});
		const {code, stdout} = await runCli(['spec.yaml', '--simulate'], {cwd: folder, env});
		expect(code).toBe(0);
		expect(stdout.replaceAll(' ', '')).toContain(`warn: ${file}${sentence}`.replaceAll(' ', ''));
		expect(readFileSync(file, 'utf8')).toBe(text);
	});

	it('map keys and silence the bell; the run is listed, without arguments', async () => {
		const {env} = homeWith('{"keymap":{"toggle-pause":["P"]},"bell":false}');
		const folder = folderWith({'spec.yaml': specOf(3)});
		const session = startOnScreen(['spec.yaml', '--simulate=latency=300ms', '--concurrency', '1'], {
			cwd: folder,
			env,
		});
		await session.shows('P pause');
		await session.shows('[2 Report]');
		session.type('q');
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
		expect(session.output()).not.toContain('\u0007');
		const listed = await runCli([], {cwd: folder, env});
		expect(listed.stdout).toMatch(
			/^ 1 {2}spec +finished \(simulated\) +100\.0% of 3 +0 failed +\S+ +\d+s ago +\S*spec\.yaml\n$/,
		);
	});

	it('reports keys with two meanings at the start, and keeps its own', async () => {
		const {env} = homeWith('{"keymap":{"toggle-pause":["w"]}}');
		const folder = folderWith({'spec.yaml': specOf(1)});
		const session = startOnScreen(['spec.yaml', '--simulate=latency=3s'], {cwd: folder, env});
		await session.shows('is bound to toggle-pause and wipe-failed');
		await session.shows('p pause');
	});

	it('cost nothing in a read-only home', async () => {
		const home = folderWith({});
		mkdirSync(path.join(home, 'promptbatch-tui'));
		writeFileSync(path.join(home, 'promptbatch-tui', 'config.json'), '{}');
		chmodSync(path.join(home, 'promptbatch-tui', 'config.json'), 0o400);
		chmodSync(path.join(home, 'promptbatch-tui'), 0o500);
		const folder = folderWith({'spec.yaml': specOf(1)});
		const session = startOnScreen(['spec.yaml', '--simulate', '--exit-when-done'], {
			cwd: folder,
			env: {XDG_CONFIG_HOME: home, HOME: '/proc'},
		});
		expect((await session.exited).exitCode).toBe(0);
		await expectRestored(session);
		chmodSync(path.join(home, 'promptbatch-tui'), 0o700);
	});
});
