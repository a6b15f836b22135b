import {expect, test} from 'vitest';
import {reportLines} from '../../source/ui/panes/report-lines.ts';
import type {PackingReport, Report} from '../../source/view/report.ts';
import {screenModel} from './screen-model-fixture.ts';
import {screenRows} from './screen-text.tsx';
import {finishedSnapshot, snapshotFixture} from './snapshot-fixture.ts';

const packing: PackingReport = {
	calls: 14,
	items: 300,
	calls_saved: 286,
	tokens_saved: 118_000,
	alone_tokens: 140_000,
	audit: {audited: 15, agreed: 9, agreement: 0.6, low: 0.3575, high: 0.8018},
	stopped: ['openai/gpt-4o-mini'],
};

test('the cost pane says what packing saves and how its audit stands', () => {
	const snapshot = snapshotFixture();
	const screen = (shown: PackingReport | null) =>
		screenRows(
			screenModel(
				120,
				40,
				{focus: 'cost', isZoomed: true},
				{snapshot: {...snapshot, cost: {...snapshot.cost, packing: shown}}},
			),
		).join('\n');
	expect(screen(packing)).toContain('saved    286 calls, 118k tokens  packing is off');
	expect(screen(packing)).toContain('audit    9 of 15 agree, 60% (36% to 80%)');
	expect(screen(null)).not.toContain('saved');
});

test('the cost pane beside the others cuts none of it off', () => {
	const cost = {...snapshotFixture().cost, maybeBilledCalls: 0};
	const screen = (shown: PackingReport) =>
		screenRows(screenModel(120, 44, {}, {snapshot: {...snapshotFixture(), cost: {...cost, packing: shown}}}))
			.join('\n')
			.replaceAll(/ +/g, ' ');
	expect(screen({...packing, tokens_saved: 6774, stopped: []})).toContain('saved 286 calls, 6,774 tok │');
	expect(screen(packing)).toContain('packing is off │');
});

test('so does the report', () => {
	const report: Report = {...finishedSnapshot().report!, packing};
	const text = reportLines(report, null, 90, 30).map(line => line.map(({text: part}) => part).join(''));
	expect(text).toContain(' packed   300 in 14 calls, saved 286 calls, 118k input tokens (84%)');
	expect(text).toContain(' audit    9 of 15 agree, 60% (36% to 80%)  packing went off');
});
