import {describe, expect, test} from 'vitest';
import {unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {headline} from '../../source/ui/headline.ts';
import {progressLine} from '../../source/ui/progress-line.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {finishedSnapshot, snapshotFixture} from './snapshot-fixture.ts';

const text = (line: readonly {readonly text: string}[]) => line.map(part => part.text).join('');
const line1 = (columns: number, rest: Partial<RunSnapshot> = {}) =>
	text(headline(snapshotFixture(rest), 4_364_000, columns, unicodeGlyphs));
const line2 = (columns: number, rest: Partial<RunSnapshot> = {}) =>
	text(progressLine(snapshotFixture(rest), columns, unicodeGlyphs));

describe('line 1', () => {
	test.each([
		[140, ['nightly-eval', '61,902/100,000', 'waiting 31', '12.4/s', 'elapsed 1:12:44', 'ETA 38:00±04:00']],
		[120, ['nightly-eval', '61,902/100,000', '12.4/s', 'elapsed 1:12:44', 'ETA 38:00±04:00']],
		[100, ['nightly-eval', '61,902/100,000', 'ETA 38:00±04:00']],
		[80, ['61.9k/100k', 'waiting 31', 'ETA 38:00 ']],
		[60, ['61.9k/100k', 'failed 312', 'ETA 38:00 ']],
		[40, ['▶ RUNNING', '!312', 'ETA 38:00 ']],
	])('at %i columns says %j', (columns, words) => {
		expect(line1(columns)).toHaveLength(columns);
		for (const word of words) expect(line1(columns)).toContain(word);
	});

	test('holds the long states and large numbers of a bad day in 40 columns', () => {
		const counts = {queued: 0, waiting: 9, 'in-flight': 1, batched: 0, done: 900_000, failed: 12_345};
		const cost = {...snapshotFixture().cost, spentUsd: 1218.42};
		const eta = {ms: 3_600_000, plusMinusMs: 60_000};
		const line = line1(40, {phase: 'THROTTLED', counts, total: 1_000_000, cost, eta});
		expect(line).toContain('THROTTLED 91.2% !12.3k $1,218.42 1:00:00');
	});

	test('says in red at every width that requests are nowhere', () => {
		const accounted = {...snapshotFixture().accounted, queued: 38_016, missing: 3};
		for (const columns of [140, 120, 100, 80, 60]) {
			const line = headline(snapshotFixture({accounted}), 0, columns, unicodeGlyphs);
			const wrong = line.find(part => part.text === '3 MISSING');
			expect(wrong?.style, `${columns} columns`).toEqual({color: 'red', bold: true});
			expect(text(line)).toHaveLength(columns);
		}
	});

	test.each<readonly [string, Partial<RunSnapshot>, string]>([
		['hidden', {eta: null}, 'ETA -'],
		['stalled', {eta: 'stalled'}, 'ETA stalled'],
	])('an ETA that is %s reads %j', (_, rest, expected) => {
		for (const columns of [120, 80, 40]) expect(line1(columns, rest)).toContain(expected);
	});

	test('a finished run has no ETA and no rate of just now', () => {
		expect(line1(120, finishedSnapshot())).not.toMatch(/ETA|\/s/);
	});

	test('an unpriced part makes the sum a lower bound', () => {
		expect(line1(120, {cost: {...snapshotFixture().cost, unpricedCalls: 3}})).toContain('>$18.42');
	});
});

describe('line 2', () => {
	test('is as wide as the screen', () => {
		for (const columns of [40, 41, 80, 120, 200]) {
			for (const phaseDetail of ['', 'openai asked to wait, next in 8s']) {
				expect(line2(columns, {phaseDetail})).toHaveLength(columns);
			}
		}
	});

	test('does not move its bar with a countdown', () => {
		const cells = (phaseDetail: string) => line2(80, {phaseDetail}).match(/[█░]/g)?.length;
		expect(cells('openai asked to wait, next in 8s')).toBe(cells('openai asked to wait, next in 02:05'));
	});

	test('never hides that a run is simulated', () => {
		for (const phaseDetail of ['', 'x'.repeat(200)])
			expect(line2(80, {simulated: true, phaseDetail})).toContain('SIMULATED');
	});
});
