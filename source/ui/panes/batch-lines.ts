import type {BatchesView, BatchView} from '../../view/batches-view.ts';
import {bar, count, money, shortCount, shortDuration} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {Glyphs} from '../glyphs.ts';
import {
	faint,
	type Line,
	lineWidth,
	padEnd,
	padStart,
	plain,
	type Span,
	type Style,
	span,
	spread,
} from '../line.ts';

/** From here on a line has room for more than a bar. */
const roomyColumns = 90;
/** And from here on for a pace too. */
const wideColumns = 116;
/** Below, batches share one line. */
const barColumns = 30;

/** The batches in at most `rows` lines; the last says how many more there are. */
export function batchLines(
	{list, enqueued}: BatchesView,
	columns: number,
	rows: number,
	driftMs: number,
	glyphs: Glyphs,
	/** The shard under the cursor; null: there is none. */
	chosen: number | null,
): readonly Line[] {
	if (list.length === 0 || rows < 1) return [];
	const at = Math.max(
		0,
		list.findIndex(({shard}) => shard === chosen),
	);
	if (columns < barColumns || rows < 2) return [sharedLine(list.slice(at), columns, chosen, glyphs)];
	const hidden = list.length > rows ? list.length - rows + 1 : 0;
	const room = list.length - hidden;
	const top = Math.max(0, at - room + 1);
	const shown = list.slice(top, top + room).map(batch => {
		const line = columns >= roomyColumns ? roomyLine : barLine;
		return line(batch, columns, driftMs, glyphs, headOf(batch, chosen, glyphs));
	});
	const spare = columns >= roomyColumns ? Math.max(0, rows - list.length) : 0;
	return hidden > 0
		? [...shown, [span(` ${count(hidden)} more batches`, faint)]]
		: [...shown, ...enqueued.slice(0, spare).map(enqueuedLine)];
}

/** ` enqueued 3.6M of 20M tok  openai/gpt-4o-mini`; the limit is known once a refusal told it. */
function enqueuedLine({queue, tokens, limit}: BatchesView['enqueued'][number]): Line {
	const of = limit === null ? '' : ` of ${shortCount(limit)}`;
	return [span(` enqueued ${shortCount(tokens)}${of} tok  ${safeText(queue, {maxLength: 64})}`, faint)];
}

/** The cursor is text too: without colours nothing else shows it. */
function headOf(batch: BatchView, chosen: number | null, glyphs: Glyphs): Span {
	const isChosen = batch.shard === chosen;
	const style = styleOf(batch);
	return span(
		`${isChosen ? glyphs.cursor : ' '}#${batch.shard} `,
		isChosen ? {...style, inverse: true} : style,
	);
}

/** ` #1 74%  #2 38%  +3`: as many as fit. */
function sharedLine(
	list: readonly BatchView[],
	columns: number,
	chosen: number | null,
	glyphs: Glyphs,
): Line {
	const line: Line[number][] = [];
	for (const [position, batch] of list.entries()) {
		const head = headOf(batch, chosen, glyphs);
		const next = span(`${head.text}${share(batch)}${marks(batch)} `, head.style);
		const left = list.length - position - 1;
		const more = left > 0 ? 4 : 0;
		if (lineWidth([...line, next]) + more > columns)
			return [...line, span(` +${list.length - position}`, faint)];
		line.push(next);
	}

	return line;
}

function barLine(batch: BatchView, columns: number, driftMs: number, glyphs: Glyphs, head: Span): Line {
	const times = timesOf(batch, driftMs);
	const isRunning = batch.batchId !== null && batch.trouble === '' && !batch.isCancelling;
	const state = isRunning ? '' : ` ${stateText(batch)}`;
	const tail = [
		span(padStart(` ${share(batch)}${marks(batch)}`, 5), styleOf(batch)),
		span(`${times} `, faint),
	];
	const room = columns - lineWidth([head, ...tail]);
	const middle = isRunning
		? span(bar(fraction(batch), Math.max(0, room), glyphs.barFull, glyphs.barEmpty), {color: 'blue'})
		: span(state.slice(1), styleOf(batch));
	return spread([head, middle], tail, columns);
}

function roomyLine(batch: BatchView, columns: number, driftMs: number, glyphs: Glyphs, head: Span): Line {
	const {done, failed, total, inputTokens, outputTokens, worstUsd, spentUsd, perMinute} = batch;
	const pace = perMinute === null ? '' : `${shortCount(Math.round(perMinute))}/min`;
	const id = safeText(batch.batchId ?? '', {maxLength: 20});
	return spread(
		[head, span(`${id}  `, faint), span(`${stateText(batch)}  `, styleOf(batch))],
		[
			span(bar(fraction(batch), 8, glyphs.barFull, glyphs.barEmpty), {color: 'blue'}),
			span(` ${padStart(share(batch), 4)} ${`${count(done + failed)}/${count(total)}`.padStart(13)}`),
			span(failed > 0 ? `  failed ${count(failed)}` : '', {color: 'red'}),
			span(columns >= wideColumns ? pace.padStart(10) : '', faint),
			span(`${timesOf(batch, driftMs)} ${shortCount(inputTokens + outputTokens).padStart(5)} tok`, faint),
			span(` ${money(spentUsd).padStart(7)} of ${money(worstUsd).padStart(7)} held `, faint),
		],
		columns,
	);
}

function share({done, failed, total}: BatchView): string {
	return `${total === 0 ? 0 : Math.floor(((done + failed) / total) * 100)}%`;
}

function fraction({done, failed, total}: BatchView): number {
	return total === 0 ? 0 : Math.min(1, (done + failed) / total);
}

/** Trouble is a word or a mark too: colour alone says nothing without colours. */
function marks({trouble, isStalled}: BatchView): string {
	return trouble !== '' || isStalled ? '!' : '';
}

function stateText(batch: BatchView): string {
	const {status, trouble, isStalled, isCancelling, isPulled} = batch;
	const isEnding = isCancelling && status !== 'cancelling';
	const words = [
		safeText(status, {maxLength: 40}),
		...(isPulled ? ['pulling tail'] : isEnding ? ['ending'] : []),
		...(isStalled ? ['stalled'] : []),
		...(trouble === '' ? [] : [safeText(trouble.replaceAll(/\s+/g, ' '), {maxLength: 200})]),
	];
	return words.join(', ');
}

function timesOf({ageMs, expiresInMs}: BatchView, driftMs: number): string {
	const left = expiresInMs === null ? '' : `exp ${shortDuration(Math.max(0, expiresInMs - driftMs))}`;
	return ` ${padStart(shortDuration(ageMs + driftMs), 3)} ${padEnd(left, 7)}`;
}

function styleOf({trouble, isStalled, isCancelling}: BatchView): Style {
	return trouble !== '' || isStalled || isCancelling ? {color: 'yellow'} : plain;
}
