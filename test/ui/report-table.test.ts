import {describe, expect, test, vi} from 'vitest';
import {reportTableRows} from '../../source/ui/panes/report-table.tsx';
import {displayWidth} from '../../source/view/cells.ts';
import type {ModelReport} from '../../source/view/report.ts';

// It loads only inside the bundle; start-screen.test.ts sees it there.
vi.mock('ink-table', () => ({default: {default: () => null}}));

const report: ModelReport = {
	provider: 'openai',
	model: 'gpt-4o-mini',
	done: 99_688,
	failed: 312,
	tokens: {input: 66_000_000, cached: 5_000_000, output: 15_800_000},
	cost_usd: 1842.5,
	direct_usd: 342.5,
	batch_usd: 1500,
	p50_ms: 1873,
	p95_ms: 8212,
};
const unpriced = {...report, model: 'x'.repeat(300), cost_usd: null, direct_usd: null, batch_usd: null};

/** As ink-table lays it out: the widest cell of a column, a blank on both sides, rules between all. */
function widthOf(rows: readonly {readonly [heading: string]: string}[]): number {
	return Object.keys(rows[0]!).reduce(
		(sum, heading) => sum + Math.max(heading.length, ...rows.map(row => displayWidth(row[heading]!))) + 3,
		1,
	);
}

describe('the table of models', () => {
	test('has costs by lane, and where there is room tokens and latencies', () => {
		expect(reportTableRows([report], 116)).toEqual([
			{
				model: 'openai/gpt-4o-mini',
				done: '99.6k',
				failed: '312',
				'tokens in': '66M',
				out: '15.8M',
				p50: '1.8s',
				p95: '8.2s',
				direct: '$342.50',
				batch: '$1,500.00',
				cost: '$1,842.50',
			},
		]);
		expect(Object.keys(reportTableRows([report], 76)[0]!)).toEqual([
			'model',
			'done',
			'failed',
			'direct',
			'batch',
			'cost',
		]);
		expect(Object.keys(reportTableRows([report], 50)[0]!)).toEqual(['model', 'done', 'failed', 'cost']);
	});

	test('is never wider than its place', () => {
		for (let columns = 40; columns <= 200; columns++) {
			expect(widthOf(reportTableRows([report, unpriced], columns)), `${columns}`).toBeLessThanOrEqual(
				columns,
			);
		}
	});

	test('calls no cost nothing where there is no price', () => {
		expect(reportTableRows([unpriced], 116)[0]).toMatchObject({
			direct: 'unknown',
			batch: 'unknown',
			cost: 'unknown',
		});
	});
});
