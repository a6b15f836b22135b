import {describe, expect, test, vi} from 'vitest';
import {asciiGlyphs} from '../../source/ui/glyphs.ts';
import {initialListState, type ListState} from '../../source/ui/list-state.ts';
import type {ActQuestion, Question} from '../../source/ui/question.ts';
import {fieldOf} from '../../source/ui/text-field.ts';
import type {UiState} from '../../source/ui/ui-state.ts';
import {displayWidth} from '../../source/view/cells.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {chosenFixture} from './fake-run.ts';
import {screenModel} from './screen-model-fixture.ts';
import {expectScreen, screenRows} from './screen-text.tsx';
import {rowWindow, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';
import {groupedSnapshot, groupsFixture, triagedSnapshot} from './triage-fixture.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

const sizes = [
	['large', 120, 40],
	['compact', 80, 24],
	['single', 40, 12],
] as const;

const list = (rest: Partial<ListState>): Partial<UiState> => ({list: {...initialListState, ...rest}});
const failures = list({filter: 'status:failed', sort: 'error'});
const grouped = list({isGrouped: true, groupCursor: {position: 1, key: 'context_length|400'}});
const drawnAt = snapshotAt;

const giveUp: ActQuestion & {drawnAt: number} = {
	kind: 'act',
	drawnAt,
	request: {scope: {kind: 'marked'}, act: {kind: 'give-up'}},
	chosen: {
		...chosenFixture,
		count: 170,
		costUsd: 0,
		inFlight: 48,
		batched: 120,
		skipped: [
			{count: 2, why: 'is done'},
			{count: 1, why: 'is being given up'},
		],
	},
	typed: '',
};
const change: Question = {
	kind: 'act',
	drawnAt,
	request: {
		scope: {kind: 'group', key: 'context_length|400'},
		act: {kind: 'change', change: {model: 'gpt-4o', body: {max_tokens: 512}}},
	},
	chosen: {...chosenFixture, count: 112, costUsd: 0.6, beforeUsd: 0.04},
	typed: '',
};

const screens: readonly (readonly [string, Partial<UiState>, RunSnapshot])[] = [
	['triaged', failures, triagedSnapshot()],
	['groups', grouped, groupedSnapshot()],
	['give-up', {...failures, dialog: giveUp}, triagedSnapshot()],
	['change', {...grouped, dialog: change}, groupedSnapshot()],
	[
		'filter',
		list({filter: 'code:4x', field: fieldOf('code:4x')}),
		snapshotFixture({
			rows: rowWindow({problem: '`code:` takes a number, like code:429', rows: [], total: 0}),
		}),
	],
];

describe.each(sizes)('%s', (size, columns, rows) => {
	test.each(screens)('%s', async (name, ui, snapshot) => {
		await expectScreen(`${name}-${size}`, screenModel(columns, rows, ui, {snapshot}));
	});
});

test.each<readonly [string, Partial<UiState>]>([
	[
		'change-field',
		{dialog: {kind: 'change', drawnAt, scope: {kind: 'marked'}, field: fieldOf('max_tokens=512'), note: ''}},
	],
	['sort-menu', {...failures, dialog: {kind: 'sort', drawnAt}}],
	['looking', {dialog: {...giveUp, chosen: null}}],
])('%s', async (name, ui) => {
	await expectScreen(`${name}-compact`, screenModel(80, 24, ui, {snapshot: triagedSnapshot()}));
	await expectScreen(`${name}-single`, screenModel(40, 12, ui, {snapshot: triagedSnapshot()}));
});

test.each(screens)('%s with ASCII only', (_name, ui, snapshot) => {
	expect(screenRows(screenModel(80, 24, ui, {snapshot}), asciiGlyphs).join('')).toMatch(/^[ -~]*$/);
});

test.each<readonly [string, Partial<ListState>, Parameters<typeof rowWindow>[0]]>([
	['nothing matches: esc clears the filter', {filter: 'nosuch'}, {}],
	['nothing found yet', {filter: 'answer:x'}, {progress: 0.43}],
	['/ changes the filter, esc clears it', {filter: 'code:x'}, {problem: 'no number'}],
	['nothing has failed', {isGrouped: true}, {groups: []}],
	['the group is empty: esc goes back to the groups', {isGrouped: true, group: {key: 'a', label: 'a'}}, {}],
	['there is no request yet', {}, {}],
])('an empty list says %s', (text, state, window) => {
	const snapshot = snapshotFixture({rows: rowWindow({total: 0, rows: [], ...window})});
	for (const [, columns, rows] of sizes.slice(0, 2)) {
		expect(screenRows(screenModel(columns, rows, list(state), {snapshot})).join('\n')).toContain(text);
	}
});

test('the title names what narrows the list at every width, and all where there is room', () => {
	const window = {...triagedSnapshot().rows, progress: 0.43};
	const snapshot = snapshotFixture({rows: window});
	for (let columns = 40; columns <= 160; columns += 3) {
		const title = screenRows(screenModel(columns, 24, failures, {snapshot}))[2]!;
		expect(displayWidth(title), title).toBeLessThanOrEqual(columns);
		expect(title).toMatch(/312(?: of 100,000|\/100k) {2}status:f/);
	}

	expect(screenRows(screenModel(160, 24, {...failures, isZoomed: true}, {snapshot}))[2]).toContain(
		'312 of 100,000  status:failed  marked 2  sort error ▼  order frozen  searching 43%',
	);
	const found = snapshotFixture({rows: {...window, progress: 1}});
	expect(screenRows(screenModel(160, 24, failures, {snapshot: found}))[2]).toContain('sorting');
});

test('a range shows what it would mark', () => {
	const ui = {...list({anchor: {index: 481, position: 0}}), cursor: {position: 2, index: 733, top: 0}};
	const rows = screenRows(screenModel(80, 24, ui));
	expect(rows[4]).toContain('│ !*000481');
	expect(rows[6]).toContain('│>!*000733');
	expect(rows[7]).toContain('│ ~ 000801');
});

test('a wipe counts down while it can be taken back, unless something newer is to be said', () => {
	const snapshot = snapshotFixture({undo: {what: 'wipe', count: 14, until: snapshotAt + 52_000}});
	const line = (ui: Partial<UiState>) => screenRows(screenModel(80, 24, ui, {snapshot})).at(-2);
	expect(line({})).toBe(' 12:41:01 wiped 14 failed · z undoes (52s)');
	const notice = {text: '14 requests return', level: 'info', at: snapshotAt - 7500} as const;
	expect(line({toast: notice})).toContain('z undoes');
	expect(line({toast: {...notice, at: snapshotAt - 1000}})).toContain('14 requests return');
});

test('text from outside moves no border', () => {
	const hostile = '\u001b[2J世界\u202e\n\u0007'.repeat(30);
	const groups = groupsFixture.map(group => ({...group, label: hostile, sample: hostile}));
	const ui = list({isGrouped: true, filter: hostile, field: fieldOf(hostile)});
	const window = {groups, problem: hostile};
	for (const [, columns, rows] of sizes) {
		const snapshot = snapshotFixture({rows: rowWindow(window)});
		for (const line of screenRows(screenModel(columns, rows, ui, {snapshot}))) {
			expect(displayWidth(line)).toBeLessThanOrEqual(columns);
			expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
		}
	}
});
