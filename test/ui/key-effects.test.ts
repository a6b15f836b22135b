import {describe, expect, test} from 'vitest';
import type {Effect, EffectContext} from '../../source/ui/effect.ts';
import {keyEffects} from '../../source/ui/key-effects.ts';
import type {Dialog} from '../../source/ui/ui-state.ts';
import {effectContext, pressed} from './effect-context.ts';
import {createFakeRun} from './fake-run.ts';
import {finishedSnapshot, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

/** The effects without the ones that only say something. */
function press(name: string, context: EffectContext, alone = true): readonly Effect[] {
	return keyEffects(pressed(name, alone), context).filter(
		effect => effect.type !== 'ui' || effect.action.type !== 'toast',
	);
}

function toast(name: string, context: EffectContext): string | undefined {
	for (const effect of keyEffects(pressed(name), context)) {
		if (effect.type === 'ui' && effect.action.type === 'toast') return effect.action.toast?.text;
	}

	return undefined;
}

const asked: Dialog = {kind: 'quit', drawnAt: snapshotAt - 150};
const idle = snapshotFixture({inFlight: {...snapshotFixture().inFlight, count: 0}});
const fake = createFakeRun();
fake.finish({});
const end = await fake.finished;

const drain = (patienceMs: number | null, cause: 'quit' | 'SIGINT'): Effect => ({
	type: 'send',
	command: {type: 'drain', patienceMs, cause},
});
const leave = (how: 'quit' | 'interrupt' | null): Effect => ({type: 'ui', action: {type: 'leave', how}});
const dismiss: Effect = {type: 'ui', action: {type: 'dismiss'}};
const close: Effect = {type: 'ui', action: {type: 'close'}};
const ask: Effect = {type: 'ui', action: {type: 'ask', dialog: {kind: 'quit', drawnAt: null}}};

describe('leaving', () => {
	test.each<readonly [string, string, EffectContext, readonly Effect[]]>([
		['q with calls in flight asks', 'q', effectContext(), [ask]],
		['q with none drains', 'q', effectContext({}, {snapshot: idle}), [leave('quit'), drain(null, 'quit')]],
		[
			'q before the run is open drains',
			'q',
			effectContext({}, {snapshot: null}),
			[leave('quit'), drain(null, 'quit')],
		],
		['q in a zoomed pane goes back', 'q', effectContext({isZoomed: true}), [close]],
		[
			'q in an opened request goes back',
			'q',
			effectContext({focus: 'detail', under: {focus: 'queue', isZoomed: false}}),
			[close],
		],
		[
			'q on the report leaves',
			'q',
			effectContext(
				{focus: 'in-flight', isZoomed: true, under: {focus: 'queue', isZoomed: false}},
				{snapshot: finishedSnapshot(), end},
			),
			[{type: 'close-screen'}],
		],
		['ctrl-c drains', 'ctrl-c', effectContext(), [leave('interrupt'), drain(10_000, 'SIGINT')]],
		[
			'ctrl-c over a question drains',
			'ctrl-c',
			effectContext({dialog: asked}),
			[leave('interrupt'), drain(10_000, 'SIGINT')],
		],
		[
			'ctrl-c after q hurries',
			'ctrl-c',
			effectContext({leaving: 'quit'}),
			[leave('interrupt'), drain(10_000, 'SIGINT')],
		],
		[
			'ctrl-c again aborts',
			'ctrl-c',
			effectContext({leaving: 'interrupt'}),
			[{type: 'send', command: {type: 'abort', cause: 'SIGINT'}}],
		],
		['ctrl-c on an ended run leaves', 'ctrl-c', effectContext({}, {end}), [{type: 'close-screen'}]],
		[
			'esc takes a drain back',
			'escape',
			effectContext({leaving: 'interrupt'}),
			[leave(null), {type: 'send', command: {type: 'stay'}}],
		],
		['esc else closes a layer', 'escape', effectContext(), [close]],
	])('%s', (_, key, context, effects) => {
		expect(press(key, context)).toEqual(effects);
	});
});

describe('the question before quitting', () => {
	test.each<readonly [string, string, Dialog, boolean, readonly Effect[]]>([
		['y leaves after 10 s', 'y', asked, true, [leave('quit'), drain(10_000, 'quit')]],
		['w waits for all', 'w', asked, true, [leave('quit'), drain(null, 'quit')]],
		['y among other keys is no answer', 'y', asked, false, []],
		['y before anybody can have read it is none', 'y', {...asked, drawnAt: snapshotAt - 149}, true, []],
		['y before it was drawn is none', 'y', {...asked, drawnAt: null}, true, []],
		['esc stays', 'escape', asked, true, [dismiss]],
		['n stays', 'n', asked, true, [dismiss]],
		['enter stays: cancel has the focus', 'enter', asked, true, [dismiss]],
		['the key that opened it does nothing', 'q', asked, true, []],
		['no other key works behind it', 'p', asked, true, []],
	])('%s', (_, key, dialog, alone, effects) => {
		expect(press(key, effectContext({dialog}), alone)).toEqual(effects);
	});

	test('y leaves too when the run has ended meanwhile', () => {
		expect(press('y', effectContext({dialog: asked}, {end}))).toEqual([{type: 'close-screen'}]);
	});
});

describe('p', () => {
	test.each([
		['RUNNING', {type: 'pause', cause: 'person'}, 'paused: nothing new starts, what runs is kept; p goes on'],
		[
			'THROTTLED',
			{type: 'pause', cause: 'person'},
			'paused: nothing new starts, what runs is kept; p goes on',
		],
		['PAUSED', {type: 'resume'}, 'the run goes on'],
		['HELD', {type: 'resume'}, 'one call tries each held queue'],
	] as const)('while %s sends %o', (phase, command, text) => {
		const context = effectContext({}, {snapshot: snapshotFixture({phase})});
		expect(press('p', context)).toEqual([{type: 'send', command}]);
		expect(toast('p', context)).toBe(text);
	});

	test('goes on with a paused run whose disk is full', () => {
		const snapshot = snapshotFixture({phase: 'DISK FULL', paused: true});
		expect(press('p', effectContext({}, {snapshot}))).toEqual([{type: 'send', command: {type: 'resume'}}]);
	});

	test('says why it does nothing', () => {
		const context = effectContext({}, {isReadonly: true});
		expect(press('p', context)).toEqual([]);
		expect(toast('p', context)).toBe('this screen only watches (--readonly)');
	});
});

describe('moving', () => {
	const positions = (context: EffectContext, key: string): readonly unknown[] =>
		press(key, context).map(effect =>
			effect.type === 'ui' && 'position' in effect.action ? effect.action.position : effect,
		);

	test.each([
		['j', 21],
		['k', 19],
		['pagedown', 31],
		['pageup', 9],
		['ctrl-d', 26],
		['ctrl-u', 14],
		['G', Number.MAX_SAFE_INTEGER],
	])('%s moves the cursor to %i', (key, position) => {
		expect(positions(effectContext({cursor: {position: 20, index: 7, top: 15}}), key)).toEqual([position]);
	});

	test('g goes to the top and stays there', () => {
		expect(press('g', effectContext())).toEqual([{type: 'ui', action: {type: 'go-top'}}]);
	});

	test('scrolls the text of an opened request up to its last line', () => {
		const context = effectContext({focus: 'detail', scroll: 80});
		expect(press('pagedown', context)).toEqual([{type: 'ui', action: {type: 'scroll', to: 87}}]);
		expect(press('k', context)).toEqual([{type: 'ui', action: {type: 'scroll', to: 79}}]);
	});

	test('scrolls the help', () => {
		const context = effectContext({dialog: {kind: 'help', scroll: 3, search: null}});
		expect(press('j', context)).toEqual([{type: 'ui', action: {type: 'scroll', to: 4}}]);
		expect(press('G', context)).toEqual([{type: 'ui', action: {type: 'scroll', to: 22}}]);
		expect(press('escape', context)).toEqual([dismiss]);
		expect(press('p', context)).toEqual([]);
	});
});

describe('opening', () => {
	test('fixes the request before anything else can come to the top', () => {
		const [hold, open] = press('enter', effectContext());
		expect(hold).toMatchObject({type: 'ui', action: {type: 'move-cursor', position: 0}});
		expect(open).toEqual({type: 'ui', action: {type: 'open', isZoomed: false}});
		expect(press('5', effectContext())).toMatchObject([
			{action: {type: 'move-cursor'}},
			{action: {type: 'focus', pane: 'detail'}},
		]);
	});

	test('the tabs go round, beginning with the one that suits the request', () => {
		const tab = (key: string, ui: Parameters<typeof effectContext>[0]) =>
			press(key, effectContext({focus: 'detail', ...ui}));
		expect(tab(']', {})).toEqual([{type: 'ui', action: {type: 'show-tab', tab: 'attempts'}}]);
		expect(tab(']', {tab: 'attempts'})).toEqual([{type: 'ui', action: {type: 'show-tab', tab: 'prompt'}}]);
		expect(tab('[', {tab: 'prompt'})).toEqual([{type: 'ui', action: {type: 'show-tab', tab: 'attempts'}}]);
	});

	test.each([
		['tab', 'queue', 'in-flight'],
		['tab', 'detail', 'queue'],
		['shift-tab', 'in-flight', 'queue'],
		['3', 'queue', 'retries'],
	] as const)('%s in %s goes to %s', (key, focus, pane) => {
		expect(press(key, effectContext({focus}))).toEqual([{type: 'ui', action: {type: 'focus', pane}}]);
	});

	test.each([
		['ctrl-l', 'repaint'],
		['ctrl-z', 'suspend'],
	])('%s is %s', (key, type) => {
		expect(press(key, effectContext())).toEqual([{type}]);
	});
});
