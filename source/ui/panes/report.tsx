import {lazy, Suspense} from 'react';
import type {Report} from '../../view/report.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, type Rect} from '../layout.ts';
import {innerColumns, Pane, Placed} from '../pane.tsx';
import {reportLines} from './report-lines.ts';

const ReportTable = lazy(async () => ({default: (await import('./report-table.tsx')).ReportTable}));

export type ReportPaneProps = {
	readonly rect: Rect;
	readonly report: Report;
	/** Where the results are, once they are written. */
	readonly results: string | null;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** Rows of the table's head and foot; each model takes two more. */
const tableFrameRows = 3;

/** What a finished run came to. It takes the place of the calls in flight, of which there are none any more. */
export function ReportPane({rect, report, results, isFocused, glyphs}: ReportPaneProps) {
	const lines = reportLines(report, results, innerColumns(rect), innerRowsOf(rect));
	const room = innerRowsOf(rect) - lines.length - 1;
	const models = report.by_model.slice(0, Math.max(0, Math.floor((room - tableFrameRows) / 2)));
	return (
		<>
			<Pane rect={rect} title="2 Report" isFocused={isFocused} lines={lines} glyphs={glyphs} />
			{models.length > 0 && innerColumns(rect) >= 60 ? (
				<Placed
					rect={{
						x: rect.x + 2,
						y: rect.y + 2 + lines.length,
						columns: innerColumns(rect) - 2,
						rows: room,
					}}
				>
					<Suspense fallback={null}>
						<ReportTable models={models} columns={innerColumns(rect) - 2} glyphs={glyphs} />
					</Suspense>
				</Placed>
			) : null}
		</>
	);
}
