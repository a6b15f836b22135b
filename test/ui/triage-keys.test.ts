import {describe, expect, test} from 'vitest';
import type {Status} from '../../source/domain/state.ts';
import type {KeyContext} from '../../source/ui/binding.ts';
import type {EffectContext} from '../../source/ui/effect.ts';
import {keyEffects} from '../../source/ui/key-effects.ts';
import {bindingOf} from '../../source/ui/keymap.ts';
import {initialListState} from '../../source/ui/list-state.ts';
import {fieldOf} from '../../source/ui/text-field.ts';
import {initialUiState, type UiState} from '../../source/ui/ui-state.ts';
import {effectContext, pressed} from './effect-context.ts';
import {finishedSnapshot, row, rowWindow, snapshotFixture} from './snapshot-fixture.ts';
import {groupedSnapshot} from './triage-fixture.ts';

const acts = ['r', 'R', 'c', 'K', 'J', 'x', 'w', 'z'] as const;
const grouped: Partial<UiState> = {list: {...initialListState, isGrouped: true}};

function why(key: string, snapshot: KeyContext['snapshot'], rest: Partial<KeyContext> = {}): true | string {
	const context = effectContext({}, {snapshot});
	return bindingOf(key, 'queue')!.enabled({...context, ...rest});
}

function only(status: Status, rest: Parameters<typeof row>[2] = {}) {
	return snapshotFixture({rows: rowWindow({total: 1, rows: [row(7, status, rest)]})});
}

describe('a key of triage', () => {
	test.each(acts)('%s is off on a screen that only watches, and says so', key => {
		expect(why(key, snapshotFixture(), {isReadonly: true})).toContain('--readonly');
	});

	test.each(acts)('%s is off before the run is open and while it ends', key => {
		expect(why(key, null)).toBe('the run is not open yet');
		expect(why(key, snapshotFixture({phase: 'DRAINING'}))).toContain('the run is ending');
	});

	test.each(['r', 'R', 'c', 'w'])('%s works in a done run: what failed goes again', key => {
		expect(why(key, finishedSnapshot())).toBe(true);
	});

	const statuses = ['queued', 'waiting', 'in-flight', 'batched', 'done', 'failed'] as const;
	test.each([
		['r', ['queued already', true, 'in flight', 'in a batch', 'done', true]],
		['x', [true, true, true, true, 'done', 'failed for good']],
		['K', [true, true, 'in flight', 'in a batch', 'done', 'has failed']],
		['J', [true, true, 'in flight', 'in a batch', 'done', 'has failed']],
		['c', [true, true, 'in flight', 'in a batch', 'done', true]],
	] as const)('%s on a row says why it does nothing', (key, expected) => {
		for (const [position, status] of statuses.entries()) {
			const reason = expected[position]!;
			const said = why(key, only(status));
			if (reason === true) expect(said, status).toBe(true);
			else expect(said, status).toContain(reason);
			// Marked rows may be of any status: the set says which are left alone.
			expect(why(key, snapshotFixture({rows: rowWindow({marked: 2, rows: [row(7, status)]})})), status).toBe(
				true,
			);
		}
	});

	test.each([
		['u', only('failed'), 'nothing is marked'],
		[',', only('queued'), 'it has no error'],
		[',', only('failed', {error: '500 server'}), true],
		['space', snapshotFixture({rows: rowWindow({total: 0, rows: []})}), 'no request yet'],
		['z', snapshotFixture(), 'nothing to take back'],
		['z', snapshotFixture({undo: {what: 'wipe', count: 3, until: 9e15}}), true],
		['/', null, 'not open yet'],
	] as const)('%s: %#', (key, snapshot, expected) => {
		const said = why(key, snapshot);
		if (expected === true) expect(said).toBe(true);
		else expect(said).toContain(expected);
	});

	test.each([
		['space', 'enter opens the group'],
		['a', 'enter opens the group'],
		['s', 'groups go by their count'],
	])('%s among groups says what to do', (key, reason) => {
		expect(why(key, groupedSnapshot(), {ui: {...initialUiState, ...grouped}})).toContain(reason);
	});

	test.each(['r', 'R', 'c', 'x', 'w', 'K', 'J'])('%s among other keys does nothing', key => {
		expect(keyEffects(pressed(key, false), effectContext())).toEqual([]);
	});
});

describe('the filter field', () => {
	const typing = (text: string): EffectContext =>
		effectContext({list: {...initialListState, filter: text, field: fieldOf(text)}});

	test('takes every key as text but a few', () => {
		for (const key of ['q', 'p', 'w', '?', '1', ':', '/'])
			expect(keyEffects(pressed(key), typing('a'))).toMatchObject([
				{action: {type: 'list', change: {type: 'type-filter', field: {text: `a${key}`}}}},
			]);
		expect(keyEffects(pressed('ctrl-c'), typing('a'))[0]).toMatchObject({action: {type: 'leave'}});
		expect(keyEffects(pressed('down'), typing('a'))).toMatchObject([
			{action: {type: 'move-cursor', position: 1}},
		]);
		expect(keyEffects(pressed('tab'), typing('a'))).toEqual([]);
	});

	test.each([
		['', 'status:failed'],
		['model:gpt*', 'status:failed model:gpt*'],
		['status:failed', ''],
		['code:429  status:failed', 'code:429'],
		['prompt:"a  b" !"status:failed x"', 'status:failed prompt:"a  b" !"status:failed x"'],
	])('f turns %j into %j', (before, text) => {
		const context = effectContext({list: {...initialListState, filter: before}});
		expect(keyEffects(pressed('f'), context)).toMatchObject([{action: {change: {type: 'filter', text}}}]);
	});
});

describe('whom a key means', () => {
	const snapshot = groupedSnapshot();
	const filtered: Partial<UiState> = {list: {...initialListState, filter: 'code:429'}};
	const inGroup: Partial<UiState> = {
		list: {...initialListState, isGrouped: true, group: {key: 'k', label: '500'}},
	};
	const marks = snapshotFixture({rows: rowWindow({marked: 2})});
	const row481 = {kind: 'row', index: 481};
	const group = {kind: 'group', key: 'server|500'};

	test.each<readonly [string, Partial<UiState>, Partial<EffectContext>, object]>([
		['r', {}, {}, row481],
		['r', {}, {snapshot: marks}, {kind: 'marked'}],
		['r', filtered, {}, row481],
		['r', grouped, {snapshot}, group],
		['r', {...grouped, focus: 'detail'}, {snapshot}, row481],
		['R', inGroup, {}, {kind: 'list'}],
		['R', filtered, {}, {kind: 'list'}],
		['w', {}, {}, {kind: 'failed'}],
		['w', {}, {snapshot: marks}, {kind: 'marked'}],
		['w', filtered, {}, {kind: 'list'}],
		['w', inGroup, {}, {kind: 'list'}],
		['w', grouped, {snapshot}, group],
		['w', {...filtered, focus: 'cost'}, {}, {kind: 'list'}],
		['K', {}, {snapshot: marks}, {kind: 'marked'}],
	])('%s with %o: %#', (key, ui, rest, scope) => {
		const choose = keyEffects(pressed(key), effectContext(ui, rest)).find(({type}) => type === 'choose');
		expect(choose).toMatchObject({request: {scope}});
	});

	test.each<readonly [Partial<UiState>, Partial<EffectContext>, object]>([
		[{}, {}, row481],
		[{}, {snapshot: marks}, {kind: 'marked'}],
		[filtered, {}, {kind: 'list'}],
		[inGroup, {}, {kind: 'list'}],
		[grouped, {snapshot}, group],
		[{...filtered, focus: 'detail'}, {}, row481],
	])('c with %o: %#', (ui, rest, scope) => {
		const asked = keyEffects(pressed('c'), effectContext(ui, rest)).at(-1);
		expect(asked).toMatchObject({action: {dialog: {scope}}});
	});
});
