import {Box} from 'ink';
import {chosenBatch} from './batch-cursor.ts';
import {keysLine, toastLine} from './footer-lines.ts';
import type {Glyphs} from './glyphs.ts';
import {headline} from './headline.ts';
import {type Layout, neededSize, type PaneName, paneNames, paneTitles} from './layout.ts';
import {fitLine, span} from './line.ts';
import {isOverlay} from './overlay.ts';
import {OverlayPane} from './overlay-pane.tsx';
import {Lines, Pane} from './pane.tsx';
import {CostPane} from './panes/cost.tsx';
import {DetailPane, detailLine} from './panes/detail.tsx';
import {InFlightPane} from './panes/in-flight.tsx';
import {QueuePane} from './panes/queue.tsx';
import {ReportPane} from './panes/report.tsx';
import {RetriesPane} from './panes/retries.tsx';
import {SamplePane} from './panes/sample.tsx';
import {progressLine} from './progress-line.ts';
import {QuestionPane} from './question-pane.tsx';
import {driftMs, elapsedMs, type ScreenModel} from './screen-model.ts';
import {isQuestion} from './ui-state.ts';

export type ScreenProps = {readonly model: ScreenModel; readonly glyphs: Glyphs};

/** A whole frame. */
export function Screen({model, glyphs}: ScreenProps) {
	const {layout, snapshot, ui, end, now} = model;
	const {columns, rows} = layout.size;
	const line1 = headline(snapshot, elapsedMs(model), columns, glyphs);
	if (layout.kind === 'too-small') {
		const needs = `needs ${neededSize.columns}x${neededSize.rows}, has ${columns}x${rows}`;
		return (
			<Box width={columns} height={rows}>
				<Lines
					rect={{...layout.header, rows}}
					lines={rows > 1 ? [line1, [span(needs)]] : [fitLine([span(needs)], columns)]}
				/>
			</Box>
		);
	}

	return (
		<Box width={columns} height={rows}>
			<Lines rect={layout.header} lines={[line1, progressLine(snapshot, columns, glyphs)]} />
			{isOverlay(ui.dialog) ? (
				<OverlayPane overlay={ui.dialog} model={model} glyphs={glyphs} />
			) : (
				<Body model={model} glyphs={glyphs} />
			)}
			<Lines rect={layout.toast} lines={[toastLine(model, end, now, glyphs)]} />
			<Lines rect={layout.footer} lines={[keysLine(model, columns)]} />
		</Box>
	);
}

function Body({model, glyphs}: ScreenProps) {
	const {layout, snapshot, ui, request, now} = model;
	const {panes, dialog} = layout;
	if (!snapshot) return <EmptyPanes panes={panes} glyphs={glyphs} />;
	const common = (name: PaneName) => ({glyphs, isFocused: ui.focus === name && !ui.dialog});
	return (
		<>
			{panes.queue ? (
				<QueuePane
					{...common('queue')}
					rect={panes.queue}
					window={snapshot.rows}
					total={snapshot.total}
					list={ui.list}
					cursor={ui.cursor}
					now={now}
					driftMs={driftMs(model)}
				/>
			) : null}
			{panes['in-flight'] && snapshot.report ? (
				<ReportPane
					{...common('in-flight')}
					rect={panes['in-flight']}
					report={snapshot.report}
					results={snapshot.resultsIn}
				/>
			) : null}
			{panes['in-flight'] && snapshot.sample ? (
				<SamplePane {...common('in-flight')} rect={panes['in-flight']} sample={snapshot.sample} />
			) : null}
			{panes['in-flight'] && !snapshot.report && !snapshot.sample ? (
				<InFlightPane
					{...common('in-flight')}
					rect={panes['in-flight']}
					inFlight={snapshot.inFlight}
					batches={snapshot.batches}
					laneReasons={snapshot.laneReasons}
					etas={snapshot.etas}
					now={now}
					chosen={ui.focus === 'in-flight' ? (chosenBatch(snapshot, ui.batch)?.shard ?? null) : null}
					driftMs={driftMs(model)}
				/>
			) : null}
			{panes.retries ? (
				<RetriesPane {...common('retries')} rect={panes.retries} retries={snapshot.retries} now={now} />
			) : null}
			{panes.cost ? <CostPane {...common('cost')} rect={panes.cost} cost={snapshot.cost} /> : null}
			{panes.detail ? (
				<DetailPane
					{...common('detail')}
					rect={panes.detail}
					request={request}
					tab={ui.tab}
					scroll={ui.scroll}
				/>
			) : null}
			{layout.detailLine ? (
				<Lines rect={layout.detailLine} lines={[ui.focus === 'detail' ? [] : detailLine(request)]} />
			) : null}
			{dialog && isQuestion(ui.dialog) ? (
				<QuestionPane rect={dialog} question={ui.dialog} snapshot={snapshot} list={ui.list} glyphs={glyphs} />
			) : null}
		</>
	);
}

/** The shape of what is to come: nothing jumps when the run is open. */
function EmptyPanes({panes, glyphs}: {readonly panes: Layout['panes']; readonly glyphs: Glyphs}) {
	return paneNames.map(name => {
		const rect = panes[name];
		if (!rect) return null;
		return (
			<Pane key={name} rect={rect} title={paneTitles[name]} isFocused={false} lines={[]} glyphs={glyphs} />
		);
	});
}
