import {describe, expect, test, vi} from 'vitest';
import type {Question} from '../../source/ui/question.ts';
import type {UiState} from '../../source/ui/ui-state.ts';
import {displayWidth} from '../../source/view/cells.ts';
import {batchSnapshot, batchView} from './batch-snapshot.ts';
import {chosenFixture} from './fake-run.ts';
import {screenModel} from './screen-model-fixture.ts';
import {expectScreen, screenRows} from './screen-text.tsx';
import {snapshotAt} from './snapshot-fixture.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

const snapshot = batchSnapshot();
const {forcing} = snapshot.cost;
const drawnAt = snapshotAt;
const chosen = {...chosenFixture, costUsd: 0.0936};
const request = {scope: {kind: 'failed'}, act: {kind: 'wipe'}} as const;
const wipe: Question = {kind: 'act', drawnAt, request, chosen, typed: ''};
const wipeMany: Question = {...wipe, chosen: {...chosen, count: 4204, costUsd: 1.26}, typed: '42'};
const force: Question = {kind: 'force-direct', drawnAt, isOn: true, forcing};
const ceiling: Question = {kind: 'ceiling', drawnAt, typed: '60', note: '', amountUsd: null};

test.each<readonly [string, number, number, Partial<UiState>]>([
	['batches-large', 120, 40, {}],
	['batches-wide', 160, 45, {focus: 'in-flight', isZoomed: true}],
	['batches-compact', 80, 24, {}],
	['batches-in-flight', 80, 24, {focus: 'in-flight', isZoomed: true}],
	['batches-cost', 80, 24, {focus: 'cost', isZoomed: true}],
	['batches-single', 40, 12, {focus: 'in-flight'}],
	['wipe-large', 120, 40, {dialog: wipe}],
	['wipe-compact', 80, 24, {dialog: wipeMany}],
	['wipe-single', 40, 12, {dialog: wipeMany}],
	['direct-compact', 80, 24, {dialog: force}],
	['direct-single', 40, 12, {dialog: force}],
	['ceiling-compact', 80, 24, {dialog: {...ceiling, typed: '6x', note: 'type an amount in USD, like 60'}}],
	[
		'ceiling-single',
		40,
		12,
		{dialog: {...ceiling, amountUsd: 5, note: '$18.73 is spent or held: nothing starts'}},
	],
])('%s', async (name, columns, rows, ui) => {
	await expectScreen(name, screenModel(columns, rows, ui, {snapshot}));
});

test.each([
	['GUARD', '2 bad passes in a row; p goes on'],
	['CEILING', 'task.cost of $50.00 reached; + in pane 4 raises it'],
	['WAITING', '3 batches at the API, first expires in 22h'],
] as const)('%s says what to do on every size', (phase, phaseDetail) => {
	for (const [columns, rows] of [
		[120, 40],
		[80, 24],
	] as const) {
		const lines = screenRows(
			screenModel(columns, rows, {}, {snapshot: batchSnapshot({phase, phaseDetail, eta: null})}),
		);
		expect(lines[0]).toContain(phase);
		expect(lines[1]).toContain(phaseDetail);
	}
});

test('the question keeps its answers on the last line at every width', () => {
	for (let columns = 40; columns <= 160; columns += 4) {
		for (const dialog of [wipe, wipeMany, ceiling, force]) {
			const lines = screenRows(screenModel(columns, 12, {dialog}, {snapshot})).join('\n');
			expect(lines, `${columns} ${dialog.kind}`).toMatch(/\[esc( cancel)?\]/);
		}
	}
});

describe('what the API says of a batch', () => {
	const hostile = ['\u001b[2J\u001b]0;x\u0007', 'a\r\nb', '\u202eevil', '世界'.repeat(200)];

	test.each(hostile)('%j does not move a border', text => {
		const one = batchView(1, {batchId: text, status: text, trouble: text});
		const list = [one, {...one, shard: 2, trouble: ''}];
		const base = batchSnapshot();
		const seen = {
			...base,
			batches: {...base.batches, list},
			laneReasons: [{queue: text, lane: 'batch', why: text}],
		} as const;
		for (const [columns, rows] of [
			[120, 40],
			[80, 24],
			[40, 12],
		] as const) {
			for (const isZoomed of [false, true]) {
				const ui = {focus: 'in-flight', isZoomed} as const;
				for (const line of screenRows(screenModel(columns, rows, ui, {snapshot: seen}))) {
					expect(displayWidth(line)).toBeLessThanOrEqual(columns);
					expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
				}
			}
		}
	});
});
