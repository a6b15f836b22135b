import type {BatchesView} from '../../view/batches-view.ts';
import {count, etaText, latency, plural} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {InFlightView, LaneReason, RunSnapshot} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, plain, span, spread} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {batchLines} from './batch-lines.ts';
import {limiterLines, roomyColumns} from './limiter-lines.ts';

export type InFlightPaneProps = {
	readonly rect: Rect;
	readonly inFlight: InFlightView;
	readonly batches: BatchesView;
	readonly laneReasons: readonly LaneReason[];
	readonly etas: RunSnapshot['etas'];
	readonly now: number;
	readonly driftMs: number;
	/** The shard under the cursor while the pane is focused. */
	readonly chosen: number | null;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** What is out: the batches, then the calls, the oldest first. */
export function InFlightPane(props: InFlightPaneProps) {
	const {rect, inFlight, batches, isFocused, glyphs} = props;
	const calls = `${count(inFlight.count)}/${count(inFlight.concurrency)}`;
	return (
		<Pane
			rect={rect}
			title={paneTitles['in-flight']}
			about={[
				span(
					batches.open > 0 && rect.columns > 30
						? `${calls}  ${plural(batches.open, 'batch', 'batches')}`
						: calls,
				),
			]}
			isFocused={isFocused}
			lines={inFlightLines(props)}
			glyphs={glyphs}
		/>
	);
}

function inFlightLines({
	rect,
	inFlight,
	batches,
	laneReasons,
	etas,
	now,
	driftMs,
	chosen,
	glyphs,
}: InFlightPaneProps): readonly Line[] {
	const columns = innerColumns(rect);
	const rows = innerRowsOf(rect);
	const isRoomy = columns >= roomyColumns && rows >= 10;
	// The direct lane keeps its line, however many batches there are, and in a large pane what holds it back too.
	const ofBatches = batchLines(batches, columns, rows - (isRoomy ? 5 : 1), driftMs, glyphs, chosen);
	const ofLanes = isRoomy ? etaLines(etas, glyphs) : [];
	const room = rows - 1 - ofBatches.length - ofLanes.length;
	const limits = limiterLines(inFlight, columns, Math.min(room, Math.ceil(rows * 0.5)), now, glyphs);
	const left = room - limits.length;
	const reasons = left > laneReasons.length + 2 && isRoomy ? laneReasons.map(reasonLine) : [];
	const calls = callLines(inFlight, columns, driftMs).slice(0, Math.max(0, left - reasons.length));
	return [
		...ofBatches,
		directLine(inFlight, columns, ofBatches.length > 0, calls.length > 0),
		...ofLanes,
		...limits,
		...calls,
		...reasons,
	];
}

/** When each lane is through, where that is known. */
function etaLines({direct, batch}: RunSnapshot['etas'], glyphs: Glyphs): readonly Line[] {
	const known = [
		...(direct === null ? [] : [`  direct ${etaText(direct, glyphs.plusMinus)}`]),
		...(batch === null ? [] : [`  batches ${etaText(batch, glyphs.plusMinus)}`]),
	];
	return known.length === 0 ? [] : [[span(' ETA', faint), span(known.join(''))]];
}

function directLine(inFlight: InFlightView, columns: number, hasBatches: boolean, hasCalls: boolean): Line {
	const {p50Ms, p95Ms} = inFlight;
	const p50 = hasBatches && columns < 30 ? '' : ` p50 ${latency(p50Ms)} `;
	return spread(
		[
			span(hasBatches ? ` direct ${count(inFlight.count)} ` : '', plain),
			span(`${p50} p95 ${latency(p95Ms)}`),
		],
		[span(hasCalls && columns >= (hasBatches ? 40 : 30) ? 'oldest ' : '', faint)],
		columns,
	);
}

function callLines(inFlight: InFlightView, columns: number, driftMs: number): readonly Line[] {
	const idColumns = Math.min(20, Math.floor(columns * 0.3));
	return inFlight.oldest.map(({id, others, model, ageMs, attempt}) => {
		const isLate = inFlight.p95Ms !== null && ageMs > inFlight.p95Ms;
		return spread(
			[
				span(' '),
				span(padEnd(safeText(id, {maxLength: 64}), idColumns)),
				span(others > 0 ? ` +${others}` : ''),
				span(' '),
				span(safeText(model, {maxLength: 64}), faint),
			],
			[
				span(attempt > 1 ? ` try ${attempt}` : '', {color: 'yellow'}),
				span(` ${latency(ageMs + driftMs)} `, isLate ? {color: 'yellow'} : plain),
			],
			columns,
		);
	});
}

/** Why a queue goes the way that it goes. */
function reasonLine({queue, lane, why}: LaneReason): Line {
	const reason = why.includes(queue) ? why : `${queue}: ${why}`;
	return [span(` ${lane}`), span(`  ${safeText(reason, {maxLength: 160})}`, faint)];
}
