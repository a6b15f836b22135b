import {lazy, Suspense} from 'react';
import {failureKinds} from '../../domain/failure.ts';
import {count, duration, money, shortCount} from '../../view/format.ts';
import type {Report} from '../../view/report.ts';
import {safeText} from '../../view/safe-text.ts';
import type {CostView} from '../../view/snapshot.ts';
import {kindWords} from '../../view/words.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, type Span, span, strong} from '../line.ts';
import {innerColumns, Pane, Placed} from '../pane.tsx';

const ReportTable = lazy(async () => ({default: (await import('./report-table.tsx')).ReportTable}));

export type ReportPaneProps = {
	readonly rect: Rect;
	readonly report: Report;
	readonly cost: CostView;
	/** The run directory, once the result files are written. */
	readonly directory: string | null;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** Rows of the table's head and foot; each model takes two more. */
const tableFrameRows = 3;

/** What a finished run came to. It takes the place of the calls in flight, of which there are none any more. */
export function ReportPane({rect, report, cost, directory, isFocused, glyphs}: ReportPaneProps) {
	const lines = innerRowsOf(rect) < 4 ? shortLines(report) : reportLines(report, directory);
	const room = innerRowsOf(rect) - lines.length - 1;
	const models = Math.min(cost.byQueue.length, Math.floor((room - tableFrameRows) / 2));
	const left = cost.byQueue.length - models;
	return (
		<>
			<Pane rect={rect} title="2 Report" isFocused={isFocused} lines={lines} glyphs={glyphs} />
			{models > 0 && innerColumns(rect) >= 60 ? (
				<Placed
					rect={{
						x: rect.x + 2,
						y: rect.y + 2 + lines.length,
						columns: innerColumns(rect) - 2,
						rows: room,
					}}
				>
					<Suspense fallback={null}>
						<ReportTable
							queues={cost.byQueue.slice(0, left > 0 ? models : undefined)}
							columns={innerColumns(rect) - 2}
							glyphs={glyphs}
						/>
					</Suspense>
				</Placed>
			) : null}
		</>
	);
}

function shortLines({requests, seconds}: Report): readonly Line[] {
	return [
		[span(` done ${count(requests.done)}`), failed(requests.failed)],
		[span(` in ${duration(seconds * 1000)}`, faint)],
	];
}

function reportLines(report: Report, directory: string | null): readonly Line[] {
	const {requests, tokens, maybe_billed: maybeBilled, mode} = report;
	const kinds = failureKinds.filter(kind => (report.failures[kind] ?? 0) > 0);
	return [
		fact('requests', [
			span(count(requests.total), strong),
			span(`  done ${count(requests.done)}`),
			failed(requests.failed),
		]),
		...(kinds.length === 0
			? []
			: [
					fact('failures', [
						span(kinds.map(kind => `${kindWords(kind)} ${count(report.failures[kind] ?? 0)}`).join('  ')),
					]),
				]),
		fact('attempts', [span(`${count(report.attempts)}  retries ${count(report.retries)}`)]),
		fact('tokens', [
			span(
				`in ${shortCount(tokens.input)}  out ${shortCount(tokens.output)}  (${shortCount(tokens.cached)} cached)`,
			),
		]),
		fact('cost', [span(money(report.cost_usd), strong), ...maybe(maybeBilled)]),
		fact('lanes', [span(`direct ${count(mode.direct)}  batch ${count(mode.batch)}`)]),
		fact('time', [span(duration(report.seconds * 1000))]),
		...(directory === null ? [] : [fact('results', [span(safeText(`${directory}/results.jsonl`))])]),
	];
}

function failed(amount: number): Span {
	return span(amount > 0 ? `  failed ${count(amount)}` : '', {color: 'red'});
}

function maybe({calls, usd}: Report['maybe_billed']): readonly Span[] {
	return calls === 0 ? [] : [span(`  and maybe ${money(usd)} for ${count(calls)} calls`, {color: 'yellow'})];
}

function fact(label: string, spans: readonly Span[]): Line {
	return [span(` ${padEnd(label, 9)}`, faint), ...spans];
}
