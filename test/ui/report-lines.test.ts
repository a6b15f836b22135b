import {expect, test} from 'vitest';
import {reportLines} from '../../source/ui/panes/report-lines.ts';
import type {Report, ScoreReport} from '../../source/view/report.ts';
import {finishedSnapshot} from './snapshot-fixture.ts';

const report = finishedSnapshot().report!;
const score: ScoreReport = {
	name: 'match',
	provider: 'openai',
	model: 'gpt-4o',
	group: null,
	requests: 300,
	mean: 0.83,
	low: 0.781,
	high: 0.87,
	is_share: true,
	errors: 2,
};

function linesOf(more: Partial<Report>, columns = 76, rows = 20): readonly string[] {
	return reportLines({...report, ...more}, null, columns, rows).map(line =>
		line
			.map(({text}) => text)
			.join('')
			.trimEnd(),
	);
}

test('the first line is the equation, and says where it does not hold', () => {
	expect(linesOf({})[0]).toBe(' requests 100,000 = 99,688 done + 312 failed');
	const accounted = {...report.accounted, done: 99_690, missing: -2};
	for (const [columns, rows] of [
		[76, 20],
		[40, 20],
		[40, 3],
	] as const) {
		expect(linesOf({accounted}, columns, rows)[0]).toContain('  2 COUNTED TWICE');
	}
});

test('each score of each model has a line, and its groups one below', () => {
	const hard = {...score, group: 'hard', mean: 0.5, errors: 0};
	const length = {...score, name: 'length', mean: 5.3, low: null, high: null, is_share: false, errors: 0};
	expect(linesOf({scores: [score, hard, length]})).toEqual(
		expect.arrayContaining([
			' scores   match 83.0% (78.1-87.0), 2 score errors of 300',
			'          hard 50.0% (78.1-87.0)',
			'          length 5.3 of 300',
		]),
	);
	const many = Array.from({length: 12}, (_, number) => ({...score, name: `s${number}`}));
	const shown = linesOf({scores: many});
	expect(shown).toContain('          7 other scores');
	expect(shown.join('\n')).not.toContain('s5');
	const other = {...score, name: '\u001b[31mred', model: 'm'.repeat(200)};
	expect(linesOf({scores: [score, other]}).join('\n')).not.toContain('\u001b');
});

test('which version answered is said where there is room, or where it changed', () => {
	const served = {
		provider: 'openai',
		model: 'a',
		returned_model: 'a-1',
		system_fingerprint: 'fp',
		answers: 40,
	};
	const line = ' answered a-1 fp: 40';
	expect(linesOf({served: [served]})).not.toContain(line);
	expect(linesOf({served: [served]}, 76, 40)).toContain(line);
	const changed = [served, {...served, system_fingerprint: 'fp_2', answers: 2}];
	expect(linesOf({served: changed})).toContain(`${line}  a-1 fp_2: 2`);
});
