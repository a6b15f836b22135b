import {describe, expect, test, vi} from 'vitest';
import {asciiGlyphs} from '../../source/ui/glyphs.ts';
import type {Dialog, UiState} from '../../source/ui/ui-state.ts';
import {displayWidth} from '../../source/view/cells.ts';
import {screenModel} from './screen-model-fixture.ts';
import {expectScreen, screenRows} from './screen-text.tsx';
import {finishedSnapshot, row, rowWindow, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

const quit: Dialog = {kind: 'quit', drawnAt: snapshotAt};

describe('the screen', () => {
	test.each<readonly [string, number, number, Partial<UiState>]>([
		['large', 120, 40, {}],
		['large-wide', 160, 45, {}],
		['large-least', 100, 30, {}],
		['large-detail', 120, 40, {focus: 'detail', tab: 'attempts'}],
		['large-quit', 120, 40, {dialog: quit}],
		['compact', 80, 24, {}],
		['compact-open', 80, 24, {focus: 'detail', tab: 'prompt'}],
		['compact-quit', 80, 24, {dialog: quit}],
		['compact-help', 80, 24, {dialog: {kind: 'help', scroll: 0, search: null}}],
		['compact-cost', 80, 24, {focus: 'cost', isZoomed: true}],
		['single', 40, 12, {}],
		['single-retries', 40, 12, {focus: 'retries'}],
		['single-quit', 40, 12, {dialog: quit}],
		['too-small', 30, 6, {}],
	])('%s', async (name, columns, rows, ui) => {
		await expectScreen(name, screenModel(columns, rows, ui));
	});

	test('with ASCII only', async () => {
		const model = screenModel(80, 24);
		await expectScreen('compact-ascii', model, asciiGlyphs);
		expect(screenRows(model, asciiGlyphs).join('')).toMatch(/^[ -~]*$/);
	});

	test('before the run is open', async () => {
		await expectScreen('starting', screenModel(80, 24, {}, {snapshot: null}));
	});

	test('when something is wrong', async () => {
		const snapshot = snapshotFixture({
			phase: 'HELD',
			phaseDetail: 'openai gpt-4o-mini: 401 auth: Incorrect API key provided',
			eta: 'stalled',
		});
		await expectScreen('held', screenModel(80, 24, {}, {snapshot}));
	});

	test('when the run is done', async () => {
		const ui = {focus: 'in-flight', isZoomed: true} as const;
		const snapshot = finishedSnapshot();
		await expectScreen('report', screenModel(80, 24, ui, {snapshot}));
		await expectScreen('report-large', screenModel(120, 40, ui, {snapshot}));
		await expectScreen('report-pane', screenModel(120, 40, {}, {snapshot}));
		await expectScreen('report-single', screenModel(40, 12, {focus: 'in-flight'}, {snapshot}));
	});

	test('a finished run keeps its elapsed time while its rows grow older', () => {
		const now = snapshotAt + 60_000;
		const screen = screenRows(screenModel(120, 40, {}, {snapshot: finishedSnapshot(), now})).join('\n');
		expect(screen).toContain('elapsed 1:12:44');
		expect(screen).toMatch(/>! 000733 +failed +gpt-4o-mini +1\/3 +01:31/);
	});

	test('says where the results are once they are written', () => {
		const ui = {focus: 'in-flight', isZoomed: true} as const;
		const textIn = (resultsIn: string | null) =>
			screenRows(screenModel(80, 24, ui, {snapshot: {...finishedSnapshot(), resultsIn}})).join('\n');
		expect(textIn('a.promptbatch/results.jsonl')).toContain(' results  a.promptbatch/results.jsonl');
		expect(textIn(null)).not.toContain('results.jsonl');
	});

	test('names the shown tab of a request at every width, however long its id is', () => {
		for (let columns = 40; columns <= 160; columns += 4) {
			const model = screenModel(columns, 12, {focus: 'detail'});
			for (const id of ['7', 'x'.repeat(500)]) {
				const [, , title] = screenRows({...model, request: {...model.request, id}});
				expect(title, `${columns} columns`).toMatch(/\[5 Detail\] [7x]+…? failed {2}.*\[error\]/);
			}
		}
	});

	test('names the most frequent cause of retries where not all of it fits', () => {
		const causes = [
			{label: '400 invalid request', count: 10_600, recent: []},
			{label: '500 server', count: 2, recent: []},
		];
		const snapshot = snapshotFixture({retries: {...snapshotFixture().retries, causes}});
		const screen = screenRows(screenModel(80, 24, {}, {snapshot})).join('\n');
		expect(screen).toMatch(/│ 400 invalid +10\.6k +\+1 /);
	});

	test('while it drains after ctrl-c', () => {
		const rows = screenRows(screenModel(80, 24, {leaving: 'interrupt'}));
		expect(rows.at(-2)).toBe(' ending: ctrl-c again to quit now · esc to go on');
	});

	test('says state, share, failed, cost and ETA on line 1 at every width', () => {
		for (let columns = 40; columns <= 160; columns += 4) {
			const [line = ''] = screenRows(screenModel(columns, 24));
			expect(line, String(columns)).toMatch(/▶ RUNNING .*61\.9%.*(failed |!)312.*\$18\.42.*ETA 38:00/);
		}
	});

	test('never says 0 for what has no price', () => {
		const {cost} = snapshotFixture();
		const unknown = {
			...cost,
			spentUsd: 0,
			directUsd: 0,
			priceUnknown: true,
			unpricedCalls: 7,
			forecastUsd: null,
		};
		for (const [columns, rows] of [
			[120, 40],
			[80, 24],
			[40, 12],
		] as const) {
			const snapshot = snapshotFixture({cost: unknown, rows: {...snapshotFixture().rows, rows: []}});
			const text = screenRows(screenModel(columns, rows, {focus: 'cost'}, {snapshot})).join('\n');
			expect(text).toContain('unknown');
			expect(text).not.toContain('$0.00');
		}
	});
});

describe('text from outside', () => {
	const hostile = [
		'\u001b[2J\u001b[H\u001b]0;owned\u0007',
		'\u202eevil\u202c \u200b\u2066',
		'世界世界世界世界世界世界世界世界世界世界世界世界',
		'👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦',
		'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
		'line\nbreak\r\ttab\u0000nul',
		'\ud800 lone',
		'x'.repeat(100_000),
	];

	test.each(hostile)('%j does not move a border', text => {
		const snapshot = snapshotFixture({
			name: text,
			models: text,
			phase: 'HELD',
			phaseDetail: text,
			rows: rowWindow({
				total: 3,
				cursor: {index: 0, position: 0},
				rows: [row(0, 'failed', {id: text, model: text, error: text})],
			}),
			inFlight: {
				...snapshotFixture().inFlight,
				oldest: [{id: text, model: text, others: 0, ageMs: 5, attempt: 2}],
			},
			retries: {...snapshotFixture().retries, causes: [{label: text, count: 3, recent: []}]},
			cost: {...snapshotFixture().cost, source: text},
		});
		for (const [columns, rows] of [
			[120, 40],
			[80, 24],
			[40, 12],
		] as const) {
			const clean = screenRows(screenModel(columns, rows));
			const seen = screenRows(
				screenModel(columns, rows, {toast: {text, level: 'error', at: snapshotAt}}, {snapshot}),
			);
			expect(seen).toHaveLength(clean.length);
			for (const [y, line] of seen.entries()) {
				expect(displayWidth(line), `${columns}x${rows} row ${y}: ${line}`).toBeLessThanOrEqual(columns);
				expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
				expect(borders(line), `${columns}x${rows} row ${y}: ${line}`).toEqual(borders(clean[y]!));
			}
		}
	});
});

/** The columns at which borders stand. */
function borders(line: string): readonly number[] {
	const found: number[] = [];
	for (let at = line.indexOf('│'); at >= 0; at = line.indexOf('│', at + 1))
		found.push(displayWidth(line.slice(0, at)));
	return found;
}
