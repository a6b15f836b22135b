import {describe, expect, test} from 'vitest';
import {reduceUi} from '../../source/ui/reduce-ui.ts';
import {initialUiState, type UiAction, type UiState} from '../../source/ui/ui-state.ts';

function stateAfter(...actions: readonly UiAction[]): UiState {
	return actions.reduce(reduceUi, initialUiState);
}

const open: UiAction = {type: 'open', isZoomed: true};
const close: UiAction = {type: 'close'};
const zoom: UiAction = {type: 'zoom'};
const quit: UiAction = {type: 'ask', dialog: {kind: 'quit', drawnAt: null}};

describe('the choices of the person', () => {
	test.each<readonly [string, readonly UiAction[], Partial<UiState>]>([
		['open takes the detail', [open], {focus: 'detail', isZoomed: true}],
		['close goes back under what was opened', [open, close], {focus: 'queue', isZoomed: false, under: null}],
		['close after a zoomed list', [zoom, open, close], {focus: 'queue', isZoomed: true}],
		[
			'close takes the zoom first',
			[{type: 'focus', pane: 'cost'}, zoom, close],
			{focus: 'cost', isZoomed: false},
		],
		['then goes to the queue', [{type: 'focus', pane: 'cost'}, zoom, close, close], {focus: 'queue'}],
		['and never further', [close, close], {focus: 'queue', isZoomed: false}],
		[
			'another pane closes what was opened',
			[open, {type: 'focus', pane: 'cost'}],
			{focus: 'cost', isZoomed: false, under: null},
		],
		[
			'a zoom stays from pane to pane',
			[zoom, {type: 'focus', pane: 'cost'}],
			{focus: 'cost', isZoomed: true},
		],
		[
			'a chosen tab starts at its first line',
			[
				{type: 'scroll', to: 9},
				{type: 'show-tab', tab: 'prompt'},
			],
			{tab: 'prompt', scroll: 0},
		],
		['no text scrolls above its first line', [{type: 'scroll', to: -3}], {scroll: 0}],
		[
			'a dialog is drawn once',
			[quit, {type: 'dialog-drawn', at: 5}, {type: 'dialog-drawn', at: 9}],
			{dialog: {kind: 'quit', drawnAt: 5}},
		],
		['leaving closes the question', [quit, {type: 'leave', how: 'quit'}], {dialog: null, leaving: 'quit'}],
		['the report opens by itself', [{type: 'run-finished'}], {focus: 'in-flight', isZoomed: true}],
		[
			'and closes to where the person was',
			[{type: 'run-finished'}, close],
			{focus: 'queue', isZoomed: false},
		],
		['but not over an open request', [open, {type: 'run-finished'}], {focus: 'detail'}],
		[
			'nor over a filter that is typed',
			[{type: 'list', change: {type: 'open-filter'}}, {type: 'run-finished'}],
			{focus: 'queue', isZoomed: false},
		],
		[
			'nor over a range that is chosen',
			[{type: 'list', change: {type: 'anchor', anchor: {index: 1, position: 1}}}, {type: 'run-finished'}],
			{focus: 'queue', isZoomed: false},
		],
		['nor over a question', [quit, {type: 'run-finished'}], {focus: 'queue', isZoomed: false}],
	])('%s', (_, actions, expected) => {
		expect(stateAfter(...actions)).toMatchObject(expected);
	});

	test('the help scrolls on its own', () => {
		const state = stateAfter(
			open,
			{type: 'scroll', to: 4},
			{type: 'ask', dialog: {kind: 'help', scroll: 0, search: null}},
			{type: 'scroll', to: 7},
		);
		expect(state).toMatchObject({scroll: 4, dialog: {kind: 'help', scroll: 7}});
	});

	test('another request starts at its first line, the same one keeps its place', () => {
		const window = {top: 0, total: 3, cursor: null, rows: [{index: 4}, {index: 5}, {index: 6}]};
		const first = stateAfter(
			{type: 'move-cursor', position: 1, window, listRows: 9},
			{type: 'scroll', to: 6},
		);
		expect(first.cursor).toEqual({position: 1, index: 5, top: 0});
		const moved = {...window, cursor: {index: 5, position: 2}, rows: [{index: 4}, {index: 6}, {index: 5}]};
		const followed = reduceUi(first, {type: 'rows-arrived', window: moved, listRows: 9});
		expect(followed).toMatchObject({cursor: {position: 2, index: 5}, scroll: 6});
		expect(reduceUi(followed, {type: 'move-cursor', position: 0, window: moved, listRows: 9}).scroll).toBe(0);
	});

	test('nothing new is the same state, so that nothing is drawn for it', () => {
		const window = {top: 0, total: 3, cursor: null, rows: [{index: 4}, {index: 5}, {index: 6}]};
		expect(reduceUi(initialUiState, {type: 'rows-arrived', window, listRows: 9})).toBe(initialUiState);
	});
});
