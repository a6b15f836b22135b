import {describe, expect, test} from 'vitest';
import {keysLine, toastLine} from '../../source/ui/footer-lines.ts';
import {unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {effectContext} from './effect-context.ts';
import {createFakeRun} from './fake-run.ts';
import {finishedSnapshot, rowWindow, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

const text = (line: readonly {readonly text: string}[]) => line.map(part => part.text).join('');

describe('the keys of the footer', () => {
	test.each([
		[
			'queue',
			120,
			' ? help  / filter  space mark  enter open  r retry  p pause  w wipe  F group  c change  s sort  tab next pane  q quit',
		],
		['queue', 80, ' ? help  / filter  space mark  enter open  r retry  p pause  w wipe  q quit'],
		[
			'detail',
			120,
			' ? help  ] next tab  r retry  c change  [ previous  p pause  w wipe  tab next pane  0 zoom  q quit',
		],
		['cost', 120, ' ? help  p pause  w wipe  + ceiling  tab next pane  0 zoom  q quit'],
		['queue', 40, ' ? help  / filter  space mark  q quit'],
		['queue', 20, ' ? help  q quit'],
	] as const)('in %s at %i columns', (focus, columns, expected) => {
		expect(text(keysLine(effectContext({focus}), columns))).toBe(expected);
	});

	test('are only those that do something now', () => {
		expect(text(keysLine(effectContext({}, {snapshot: null}), 120))).toBe(
			' ? help  tab next pane  0 zoom  q quit',
		);
		const marked = {snapshot: snapshotFixture({rows: rowWindow({marked: 2})})};
		expect(text(keysLine(effectContext({}, marked), 80))).toBe(
			' ? help  r retry  w wipe  c change  x give up  u unmark  space mark  q quit',
		);
		expect(text(keysLine(effectContext({}, {isReadonly: true}), 120))).not.toContain('pause');
		const opened = {focus: 'detail', under: {focus: 'queue', isZoomed: false}} as const;
		expect(text(keysLine(effectContext(opened), 80))).toMatch(/q back$/);
		expect(text(keysLine(effectContext({isZoomed: true}), 120))).toMatch(/pane {2}q back$/);
		const report = {focus: 'in-flight', isZoomed: true, under: {focus: 'queue', isZoomed: false}} as const;
		const done = effectContext(report, {snapshot: finishedSnapshot()});
		for (const columns of [40, 80]) expect(text(keysLine(done, columns))).toMatch(/esc back .*q quit$/);
		const paused = effectContext({}, {snapshot: snapshotFixture({phase: 'PAUSED'})});
		expect(text(keysLine(paused, 120))).toContain('p go on');
	});
});

describe('the line above the keys', () => {
	const line = (...[ui, rest]: Parameters<typeof effectContext>) => {
		const context = effectContext(ui, rest);
		return text(toastLine(context, context.end, context.now, unicodeGlyphs));
	};
	const toast = {text: 'first 429\nrate limit \u001b[2J', level: 'warn', at: snapshotAt - 1000} as const;

	test('shows a toast on one line, cleaned, with its time', () => {
		expect(line({toast})).toBe(' 12:41:08 first 429 rate limit ␛[2J');
	});

	test('forgets it', () => {
		expect(line({toast}, {now: snapshotAt + 3000})).toBe('');
	});

	test('says first how a drain can be hurried or taken back', () => {
		expect(line({toast, leaving: 'interrupt'})).toBe(' ending: ctrl-c again to quit now · esc to go on');
		expect(line({leaving: 'quit'})).toBe(' ending: waits for what is in flight · esc to go on');
	});

	test('says why a run stopped that only a person can go on with', async () => {
		const run = createFakeRun();
		run.finish({reason: 'stuck', why: 'openai gpt-4o-mini is held: fix the key and start again'});
		const end = await run.finished;
		expect(line({}, {end})).toBe(' openai gpt-4o-mini is held: fix the key and start again');
		expect(line({}, {end: {...end, reason: 'done', why: ''}, snapshot: finishedSnapshot()})).toBe('');
	});
});
