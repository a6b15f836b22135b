import type {RateStatus} from '../../domain/queue-rate.ts';
import {count, latency, plural} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {BatchesView, InFlightView, LaneReason} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, lineWidth, padEnd, plain, span, spread} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {batchLines} from './batch-lines.ts';

export type InFlightPaneProps = {
	readonly rect: Rect;
	readonly inFlight: InFlightView;
	readonly batches: BatchesView;
	readonly laneReasons: readonly LaneReason[];
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
	driftMs,
	chosen,
	glyphs,
}: InFlightPaneProps): readonly Line[] {
	const columns = innerColumns(rect);
	const rows = innerRowsOf(rect);
	// The direct lane keeps its line, however many batches there are.
	const ofBatches = batchLines(batches, columns, rows - 1, driftMs, glyphs, chosen);
	const room = rows - 1 - ofBatches.length;
	const rates = inFlight.rates.slice(0, Math.max(0, room)).map(rate => rateLine(rate, columns));
	const left = room - rates.length;
	const reasons = left > laneReasons.length + 2 && columns >= 60 ? laneReasons.map(reasonLine) : [];
	const calls = callLines(inFlight, columns, driftMs).slice(0, Math.max(0, left - reasons.length));
	return [
		...ofBatches,
		directLine(inFlight, columns, ofBatches.length > 0, calls.length > 0),
		...rates,
		...calls,
		...reasons,
	];
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
	return inFlight.oldest.map(({id, model, ageMs, attempt}) => {
		const isLate = inFlight.p95Ms !== null && ageMs > inFlight.p95Ms;
		return spread(
			[
				span(' '),
				span(padEnd(safeText(id, {maxLength: 64}), idColumns)),
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

/** The pace that a queue was slowed down to, and how often; whose, where there is room for it. */
function rateLine({queue, perMinute, concurrency, cuts}: RateStatus, columns: number): Line {
	const pace = [
		...(concurrency === 0 ? ['shut'] : concurrency === 1 ? ['one try'] : []),
		...(perMinute === null ? [] : [`${count(perMinute)}/min`]),
		...(cuts > 0 ? [plural(cuts, 'cut')] : []),
	];
	const head = span(` ${pace.join(', ')}  `, {color: 'yellow'});
	const room = columns - lineWidth([head]);
	return room < 12 ? [head] : [head, span(padEnd(safeText(queue, {maxLength: 64}), room), faint)];
}

/** Why a queue goes the way that it goes. */
function reasonLine({queue, lane, why}: LaneReason): Line {
	const reason = why.includes(queue) ? why : `${queue}: ${why}`;
	return [span(` ${lane}`), span(`  ${safeText(reason, {maxLength: 160})}`, faint)];
}
