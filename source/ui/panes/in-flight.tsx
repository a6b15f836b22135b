import {count, latency} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {InFlightView} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, plain, span, spread} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';

export type InFlightPaneProps = {
	readonly rect: Rect;
	readonly inFlight: InFlightView;
	readonly driftMs: number;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** The calls that are out, the oldest first. */
export function InFlightPane(props: InFlightPaneProps) {
	const {rect, inFlight, isFocused, glyphs} = props;
	return (
		<Pane
			rect={rect}
			title={paneTitles['in-flight']}
			about={[span(`${count(inFlight.count)}/${count(inFlight.concurrency)}`)]}
			isFocused={isFocused}
			lines={inFlightLines(props)}
			glyphs={glyphs}
		/>
	);
}

function inFlightLines({rect, inFlight, driftMs}: InFlightPaneProps): readonly Line[] {
	const columns = innerColumns(rect);
	const idColumns = Math.min(20, Math.floor(columns * 0.3));
	const calls = inFlight.oldest.slice(0, innerRowsOf(rect) - 1).map(({id, model, ageMs, attempt}) => {
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
	return [
		spread(
			[span(` p50 ${latency(inFlight.p50Ms)}  p95 ${latency(inFlight.p95Ms)}`)],
			[span(calls.length > 0 && columns >= 30 ? 'oldest ' : '', faint)],
			columns,
		),
		...calls,
	];
}
