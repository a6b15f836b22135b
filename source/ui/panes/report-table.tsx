import {Text} from 'ink';
import inkTable from 'ink-table';
import type {PropsWithChildren} from 'react';
import {clip} from '../../view/cells.ts';
import {latency, money, shortCount} from '../../view/format.ts';
import type {ModelReport} from '../../view/report.ts';
import {safeText} from '../../view/safe-text.ts';
import {asciiGlyphs, type Glyphs} from '../glyphs.ts';

// A CommonJS module seen from an ES module: its exports are the default.
const Table = inkTable.default;

export type ReportTableProps = {
	readonly models: readonly ModelReport[];
	readonly columns: number;
	readonly glyphs: Glyphs;
};

/** Of a model's name at least this much is shown, or columns give way to it. */
const leastOfModel = 16;

/**
 * Cost by model and lane, once, on the finished screen: ink-table rules off every row and counts UTF-16 units, which
 * a live list could not bear. It is CommonJS and loads Ink, which has a top-level await, only inside the bundle:
 * whoever shows this imports it lazily.
 */
export function ReportTable({models, columns, glyphs}: ReportTableProps) {
	const data = reportTableRows(models, columns);
	return <Table data={data} skeleton={glyphs === asciiGlyphs ? AsciiRule : Rule} header={Heading} />;
}

type Cells = {readonly [heading: string]: string};

/** What fits into `columns`: costs by lane before latencies, and the sum of costs always. */
export function reportTableRows(models: readonly ModelReport[], columns: number): Cells[] {
	const sets = [wideCells, laneCells, costCells].map(cellsOf => models.map(cellsOf));
	const cells = sets.find(rows => columns - columnsOf(rows) >= leastOfModel) ?? sets.at(-1)!;
	const modelColumns = Math.max(1, columns - columnsOf(cells));
	return models.map(({provider, model}, number) => ({
		model: clip(safeText(`${provider}/${model}`, {maxLength: 200}), modelColumns),
		...cells[number]!,
	}));
}

function wideCells(report: ModelReport): Cells {
	const {done, failed, ...costs} = laneCells(report);
	return {
		done: done!,
		failed: failed!,
		'tokens in': shortCount(report.tokens.input),
		out: shortCount(report.tokens.output),
		p50: latency(report.p50_ms),
		p95: latency(report.p95_ms),
		...costs,
	};
}

function laneCells(report: ModelReport): Cells {
	const {cost, ...counts} = costCells(report);
	return {...counts, direct: money(report.direct_usd), batch: money(report.batch_usd), cost: cost!};
}

function costCells({done, failed, cost_usd: costUsd}: ModelReport): Cells {
	return {done: shortCount(done), failed: shortCount(failed), cost: money(costUsd)};
}

/** What they take beside a model's name: two of padding and a rule each, and the name's own padding and rules. */
function columnsOf(rows: readonly Cells[]): number {
	const headings = Object.keys(rows[0] ?? {});
	return headings.reduce(
		(sum, heading) => sum + Math.max(heading.length, ...rows.map(row => row[heading]!.length)) + 3,
		4,
	);
}

function Heading({children}: PropsWithChildren) {
	return <Text bold>{children}</Text>;
}

function Rule({children}: PropsWithChildren) {
	return <Text dimColor>{children}</Text>;
}

function AsciiRule({children}: PropsWithChildren) {
	const text = String(children).replaceAll('─', '-').replaceAll('│', '|');
	return <Text>{text.replaceAll(/[┌┐└┘├┤┬┴┼]/g, '+')}</Text>;
}
