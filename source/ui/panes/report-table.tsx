import {Text} from 'ink';
import inkTable from 'ink-table';
import type {PropsWithChildren} from 'react';
import {clip} from '../../view/cells.ts';
import {count, money, shortCount} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {CostView} from '../../view/snapshot.ts';
import {asciiGlyphs, type Glyphs} from '../glyphs.ts';

// A CommonJS module seen from an ES module: its exports are the default.
const Table = inkTable.default;

export type ReportTableProps = {
	readonly queues: CostView['byQueue'];
	readonly columns: number;
	readonly glyphs: Glyphs;
};

/** The columns beside the model's name take at most this much, rules and padding included. */
const numberColumns = 48;

/**
 * Cost by model, once, on the finished screen: ink-table rules off every row and counts UTF-16 units, which a live
 * list could not bear. It is CommonJS and loads Ink, which has a top-level await, only inside the bundle: whoever
 * shows this imports it lazily.
 */
export function ReportTable({queues, columns, glyphs}: ReportTableProps) {
	const modelColumns = Math.max(8, columns - numberColumns);
	const data = queues.map(queue => ({
		model: clip(safeText(queue.key, {maxLength: 200}), modelColumns),
		done: count(queue.done),
		failed: count(queue.failed),
		'tokens in': shortCount(queue.inputTokens),
		out: shortCount(queue.outputTokens),
		cost: money(queue.costUsd),
	}));
	return <Table data={data} skeleton={glyphs === asciiGlyphs ? AsciiRule : Rule} header={Heading} />;
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
