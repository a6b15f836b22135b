import {clip, displayWidth} from '../../view/cells.ts';
import {count, shortCount, sparkline} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {RetriesView} from '../../view/snapshot.ts';
import {dueIn} from '../due-in.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, fitLine, type Line, padStart, type Span, span, spread} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';

export type RetriesPaneProps = {
	readonly rect: Rect;
	readonly retries: RetriesView;
	readonly now: number;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** Enough for ` 429 rate limit` and `61.9k`; the sparkline takes what is left. */
const labelColumns = 15;
const countColumns = 6;
const moreColumns = 4;

/** Why attempts failed, how often and how lately, and when the next one is tried again. */
export function RetriesPane(props: RetriesPaneProps) {
	const {rect, retries, isFocused, glyphs} = props;
	const amount = retries.retries;
	return (
		<Pane
			rect={rect}
			title={paneTitles.retries}
			about={amount > 0 ? [span(count(amount))] : []}
			isFocused={isFocused}
			lines={innerRowsOf(rect) < 3 ? shortLines(props) : retriesLines(props)}
			glyphs={glyphs}
		/>
	);
}

function retriesLines(props: RetriesPaneProps): readonly Line[] {
	const {rect, retries, glyphs} = props;
	const columns = innerColumns(rect);
	const room = innerRowsOf(rect) - 1;
	const hidden = retries.causes.length > room ? retries.causes.length - room + 1 : 0;
	const causes = retries.causes
		.slice(0, hidden > 0 ? room - 1 : room)
		.map(({label, count: amount, recent}) => {
			const slices = Math.max(0, Math.min(recent.length, columns - labelColumns - countColumns - 2));
			const trend = slices === 0 ? '' : sparkline(recent.slice(-slices), glyphs.sparkline);
			return spread(
				[span(` ${safeText(label, {maxLength: 40})}`)],
				[span(`${padStart(shortCount(amount), countColumns)} `), span(trend, {color: 'yellow'}), span(' ')],
				columns,
			);
		});
	const more = hidden > 0 ? [fitLine([span(` ${hidden} more causes`, faint)], columns)] : [];
	const none = causes.length === 0 ? [fitLine([span(' no attempt failed yet', faint)], columns)] : [];
	const blank = Array.from({length: room - causes.length - more.length - none.length}, () =>
		fitLine([], columns),
	);
	// What comes next stands always on the last line, however many causes there are.
	return [...causes, ...more, ...none, ...blank, waitingLine(props)];
}

/** As many causes as fit, the first in any case, then how many more there are. */
function shortLines(props: RetriesPaneProps): readonly Line[] {
	const {rect, retries} = props;
	const shown: Span[] = [];
	const room = innerColumns(rect) - moreColumns;
	let left = room;
	let hidden = retries.causes.length;
	for (const {label, count: amount} of retries.causes) {
		const number = ` ${shortCount(amount)} `;
		const text = ` ${clip(safeText(label, {maxLength: 40}), room - number.length - 1)}${number}`;
		left -= displayWidth(text);
		if (left < 0) break;
		shown.push(span(text));
		hidden--;
	}

	const more = hidden > 0 ? [span(` +${hidden}`, faint)] : [];
	const causes = retries.causes.length > 0 ? [...shown, ...more] : [span(' no attempt failed yet', faint)];
	return [causes, waitingLine(props)];
}

function waitingLine({retries, now}: RetriesPaneProps): Line {
	const {waiting, nextRetryAt} = retries;
	const waitingStyle = waiting > 0 ? ({color: 'yellow'} as const) : faint;
	const next = nextRetryAt === null ? '' : `  next ${dueIn(nextRetryAt, now)}`;
	return [span(` waiting ${shortCount(waiting)}`, waitingStyle), span(next)];
}
