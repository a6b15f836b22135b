import {expect, test, vi} from 'vitest';
import {emptyLog, withNotices, withToast} from '../../source/ui/log.ts';
import type {Overlay} from '../../source/ui/overlay.ts';
import type {Question} from '../../source/ui/question.ts';
import {fieldOf} from '../../source/ui/text-field.ts';
import {displayWidth} from '../../source/view/cells.ts';
import type {Notice} from '../../source/view/notice.ts';
import {batchSnapshot} from './batch-snapshot.ts';
import {notice} from './notice-fixture.ts';
import {screenModel} from './screen-model-fixture.ts';
import {expectScreen, screenRows} from './screen-text.tsx';
import {snapshotAt} from './snapshot-fixture.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

const at = snapshotAt;
const notices: readonly Notice[] = [
	notice(1, 'info', 'concurrency 64', {at}),
	notice(2, 'warn', 'first 503 server: overloaded, try again later please', {at: at + 1000}),
	{
		id: 3,
		at: at + 2000,
		level: 'info',
		text: 'call of 000481',
		isQuiet: true,
		dump: '{\n  "status": 503\n}',
	},
	notice(4, 'error', 'held openai gpt-4o-mini: 401 auth: Incorrect API key provided', {at: at + 3000}),
];
const log = withToast(withNotices(emptyLog, notices), {
	text: 'the run goes on',
	level: 'info',
	at: at + 4000,
});
const sizes = [
	['large', 120, 40],
	['compact', 80, 24],
	['single', 40, 12],
] as const;
const overlays: readonly (readonly [string, Overlay])[] = [
	['log', {kind: 'log', least: 'info', top: null}],
	['palette', {kind: 'palette', field: fieldOf('cop'), chosen: 1}],
	['search', {kind: 'help', scroll: 0, search: {field: fieldOf('copy'), isTyping: true}}],
];

test.each(
	sizes.flatMap(([size, columns, rows]) =>
		overlays.map(([name, dialog]) => [`${name}-${size}`, columns, rows, dialog] as const),
	),
)('%s', async (name, columns, rows, dialog) => {
	await expectScreen(name, screenModel(columns, rows, {dialog}, {log}));
});

test.each([
	'\u001b[2J\u001b]0;x\u0007',
	'a\r\nb\tc',
	'\u202eevil',
	'世界'.repeat(200),
	'👩‍👩‍👧‍👦'.repeat(50),
])('%j from outside does not move a border of the log or of a field', text => {
	const hostile = withNotices(emptyLog, [notice(1, 'warn', text, {at, dump: text})]);
	for (const [, columns, rows] of sizes) {
		for (const dialog of [
			{kind: 'log', least: 'info', top: null},
			{kind: 'palette', field: fieldOf(text), chosen: 0},
			{kind: 'help', scroll: 0, search: {field: fieldOf(text), isTyping: true}},
		] as const) {
			const seen = screenRows(screenModel(columns, rows, {dialog}, {log: hostile}));
			expect(seen).toHaveLength(rows);
			for (const line of seen.slice(2, -2)) {
				expect(displayWidth(line), `${columns} ${dialog.kind}: ${line}`).toBe(columns);
				expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
			}
		}
	}
});

const question: Question = {
	kind: 'cancel-batch',
	drawnAt: at,
	shard: 2,
	pullsTail: true,
	count: 1240,
	finished: 760,
	batchUsd: 0.3,
	directUsd: 0.6,
	typed: '12',
};

test.each(sizes)('pull-%s', async (size, columns, rows) => {
	const ui = {focus: 'in-flight', batch: 2, dialog: question} as const;
	await expectScreen(`pull-${size}`, screenModel(columns, rows, ui, {snapshot: batchSnapshot()}));
});

test.each(sizes)('batch-cursor-%s', async (size, columns, rows) => {
	const ui = {focus: 'in-flight', batch: 2} as const;
	await expectScreen(`batch-cursor-${size}`, screenModel(columns, rows, ui, {snapshot: batchSnapshot()}));
});

test('a thousand lines are kept, and no more', () => {
	const many = Array.from({length: 1500}, (_, id) => notice(id, 'info', `n${id}`, {at}));
	const {lines} = withToast(withNotices(emptyLog, many), {text: 'last', level: 'info', at});
	expect(lines).toHaveLength(1000);
	expect(lines[0]?.text).toBe('n501');
	expect(lines.at(-1)?.text).toBe('last');
});
