import {describe, expect, test} from 'vitest';
import type {ListChange} from '../../source/ui/list-state.ts';
import {isAskedFor, rowOrderOf} from '../../source/ui/reduce-list.ts';
import {reduceUi} from '../../source/ui/reduce-ui.ts';
import {fieldOf} from '../../source/ui/text-field.ts';
import {initialUiState, type UiState} from '../../source/ui/ui-state.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import {row, rowWindow} from './snapshot-fixture.ts';

const at = (index: number, position: number): UiState => ({
	...initialUiState,
	cursor: {index, position, top: 0},
});

function changed(state: UiState, ...changes: readonly ListChange[]): UiState {
	return changes.reduce((next, change) => reduceUi(next, {type: 'list', change}), state);
}

const close = (state: UiState) => reduceUi(state, {type: 'close'});

describe('the order that is asked for', () => {
	test.each<readonly [ListChange, object]>([
		[{type: 'filter', text: '  code:429 '}, {filter: 'code:429'}],
		[{type: 'type-filter', field: fieldOf('ab')}, {filter: 'ab'}],
		[
			{type: 'sort', sort: 'cost', isReversed: true},
			{sort: 'cost', isReversed: true},
		],
		[{type: 'open-group', key: 'k', label: 'l'}, {group: 'k'}],
		[{type: 'show-groups', isGrouped: true}, {}],
		[{type: 'anchor', anchor: {index: 1, position: 1}}, {isFrozen: true}],
	])('after %o', (change, expected) => {
		expect(rowOrderOf(changed(initialUiState, change))).toEqual({...plainOrder, ...expected});
	});

	test('stands still under a question, and not under the help', () => {
		const asked = {...initialUiState, dialog: {kind: 'quit', drawnAt: null}} as const;
		expect(rowOrderOf(asked).isFrozen).toBe(true);
		expect(rowOrderOf(initialUiState).isFrozen).toBe(false);
	});

	test('tells the rows that were asked for, frozen or not, and with a filter that cannot be read', () => {
		const ui = changed(initialUiState, {type: 'filter', text: 'a'});
		const order = {...plainOrder, filter: 'a', isFrozen: true};
		expect(isAskedFor(rowWindow({order}), ui)).toBe(true);
		expect(isAskedFor(rowWindow(), ui)).toBe(false);
		expect(isAskedFor(rowWindow({problem: 'no number'}), ui)).toBe(true);
	});
});

describe('esc', () => {
	test('closes a range, the group, the groups, the filter and the zoom, one at a time', () => {
		const deep = changed(
			{...at(7, 3), isZoomed: true},
			{type: 'filter', text: 'a'},
			{type: 'show-groups', isGrouped: true},
			{type: 'open-group', key: 'k', label: 'l'},
			{type: 'anchor', anchor: {index: 1, position: 1}},
		);
		const layers = ({list, isZoomed}: UiState) =>
			[list.anchor !== null, list.group !== null, list.isGrouped, list.filter !== '', isZoomed]
				.map(Number)
				.join('');
		const seen = [deep];
		for (let step = 0; step < 5; step++) seen.push(close(seen.at(-1)!));
		expect(seen.map(layers)).toEqual(['11111', '01111', '00111', '00011', '00001', '00000']);
		expect(close(seen.at(-1)!)).toEqual(seen.at(-1));
	});

	test('closes an opened request before anything of the list', () => {
		const filtered = changed(at(7, 3), {type: 'filter', text: 'a'});
		const opened = reduceUi(filtered, {type: 'open', isZoomed: true});
		expect(close(opened)).toMatchObject({focus: 'queue', list: {filter: 'a'}});
	});
});

describe('the cursor', () => {
	const arrive = (state: UiState, window: Parameters<typeof rowWindow>[0]) =>
		reduceUi(state, {type: 'rows-arrived', window: rowWindow(window), listRows: 10});

	test('holds its request while a filter is typed that hides it', () => {
		const typing = changed(at(7, 50), {type: 'open-filter'}, {type: 'type-filter', field: fieldOf('x')});
		const hidden = arrive(typing, {total: 3, rows: [row(1, 'failed'), row(2, 'failed'), row(3, 'failed')]});
		expect(hidden.cursor).toEqual({index: 7, position: 2, top: 0});
		const back = arrive(changed(hidden, {type: 'filter', text: ''}), {cursor: {index: 7, position: 50}});
		expect(back.cursor).toMatchObject({index: 7, position: 50});
	});

	test('takes the row in its place when its request has left the list for good', () => {
		const left = {total: 3, rows: [row(1, 'failed'), row(2, 'failed'), row(3, 'failed')]};
		expect(arrive(at(7, 1), left).cursor).toEqual({index: 2, position: 1, top: 0});
		expect(arrive(at(7, 50), left).cursor).toEqual({index: 3, position: 2, top: 0});
		expect(arrive(at(7, 50), {...left, progress: 0.4}).cursor).toEqual({index: 7, position: 2, top: 0});
		expect(arrive(at(7, 50), {total: 0, rows: []}).cursor).toEqual({index: null, position: 0, top: 0});
	});

	test('moved while a filter is typed holds the request that it was moved to', () => {
		const typing = changed(at(7, 0), {type: 'open-filter'});
		const moved = reduceUi(typing, {type: 'move-cursor', position: 1, window: rowWindow(), listRows: 10});
		expect(moved.list.heldIndex).toBe(512);
	});

	test('starts at the top of an opened group', () => {
		expect(changed(at(7, 50), {type: 'open-group', key: 'k', label: 'l'}).cursor).toEqual({
			index: null,
			position: 0,
			top: 0,
		});
	});
});

test('a range is dropped with the order that it was begun in', () => {
	const begun = changed(at(7, 3), {type: 'anchor', anchor: {index: 7, position: 3}});
	const changes: readonly ListChange[] = [
		{type: 'filter', text: 'a'},
		{type: 'open-filter'},
		{type: 'sort', sort: 'age', isReversed: false},
		{type: 'show-groups', isGrouped: true},
		{type: 'open-group', key: 'k', label: 'l'},
	];
	for (const change of changes) expect(changed(begun, change).list.anchor, change.type).toBeNull();
});
