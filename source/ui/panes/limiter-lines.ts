import type {Gauge} from '../../domain/budget.ts';
import type {Cut} from '../../domain/cuts.ts';
import type {Hold, RateStatus} from '../../domain/rate-status.ts';
import {bar, count, plural, shortCount, sparkline, timeOfDay} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {InFlightView} from '../../view/snapshot.ts';
import {causeWords} from '../../view/words.ts';
import {dueIn} from '../due-in.ts';
import type {Glyphs} from '../glyphs.ts';
import {faint, type Line, lineWidth, padEnd, padStart, plain, type Span, span, spread} from '../line.ts';

/** From here on a line holds both gauges of a queue, and cuts have lines of their own. */
export const roomyColumns = 60;
/** Below, the oldest calls are worth more than how many there were. */
const leastForTrend = 3;
const mostCuts = 6;
const barColumns = 10;

/** What holds the calls back: their number over time, each queue's limits and how much of them is used, its cuts. */
export function limiterLines(
	inFlight: InFlightView,
	columns: number,
	rows: number,
	now: number,
	glyphs: Glyphs,
): readonly Line[] {
	const {rates} = inFlight;
	const isRoomy = columns >= roomyColumns;
	const limits = isRoomy
		? rates
				.map(rate => roomyLine(rate, rates.length > 1, columns, now, glyphs))
				.slice(0, Math.max(1, rows - 2))
		: [
				...rates.flatMap(rate => paceLine(rate, columns, now)),
				...rates.flatMap(rate => gaugeLines(rate, columns, glyphs)),
			];
	// Where there is little room, what holds calls back now comes before how it was.
	const trend = rows < leastForTrend ? [] : [trendLine(inFlight, columns, glyphs)];
	const cuts = isRoomy ? cutLines(rates, columns, glyphs) : [];
	return [...limits, ...trend, ...cuts].slice(0, Math.max(0, rows));
}

/** `48/64 ▁▂▅█`: the bound is the full height. */
function trendLine({count: out, concurrency, recent}: InFlightView, columns: number, glyphs: Glyphs): Line {
	const head = ` ${columns >= roomyColumns ? 'calls ' : ''}${count(out)}/${count(concurrency)} `;
	const slices = Math.max(0, Math.min(recent.length, columns - head.length - 1));
	const trend = slices === 0 ? '' : sparkline(recent.slice(-slices), glyphs.sparkline, concurrency);
	return [
		span(head),
		span(trend, {color: 'blue'}),
		span(columns >= roomyColumns ? '  over 2 minutes' : '', faint),
	];
}

/** The pace that a queue was slowed down to and what holds it; whose, where there is room for it. */
function paceLine(rate: RateStatus, columns: number, now: number): readonly Line[] {
	const words = paceWords(rate, now);
	if (words === '') return [];
	const head = span(` ${words}  `, {color: 'yellow'});
	const room = columns - lineWidth([head]);
	return [room < 12 ? [head] : [head, span(padEnd(safeText(rate.queue, {maxLength: 64}), room), faint)]];
}

function paceWords({perMinute, concurrency, cuts, hold, requests}: RateStatus, now: number): string {
	// A bound that a gauge shows is no news.
	const isShown = perMinute === requests?.of;
	return [
		...(concurrency === 0 ? ['shut'] : concurrency === 1 ? ['one try'] : []),
		...(perMinute === null || isShown ? [] : [`${count(perMinute)}/min`]),
		...(cuts > 0 ? [plural(cuts, 'cut')] : []),
		...(hold === null ? [] : [holdWords(hold, now)]),
	].join(', ');
}

const holders: {readonly [B in Hold['by']]: string} = {
	hint: 'as asked',
	headers: 'by headers',
	refusals: 'to try',
};

/** `held 8s as asked`, until a time that the server named. */
function holdWords({until, by}: Hold, now: number): string {
	return until <= now ? '' : `${dueIn(until, now).replace(/^in /, 'held ')} ${holders[by]}`;
}

function gaugeLines({requests, tokens}: RateStatus, columns: number, glyphs: Glyphs): readonly Line[] {
	return [
		...(requests === null ? [] : [gaugeLine('rpm', requests, columns, glyphs)]),
		...(tokens === null ? [] : [gaugeLine('tpm', tokens, columns, glyphs)]),
	];
}

/** ` rpm 480/500 ███████░ 96% `. */
function gaugeLine(name: string, gauge: Gauge, columns: number, glyphs: Glyphs): Line {
	const head = ` ${gaugeText(name, gauge)} `;
	const tail = ` ${padStart(share(gauge), 4)} `;
	return spread(
		[span(head), gaugeBar(gauge, columns - head.length - tail.length, glyphs)],
		[span(tail)],
		columns,
	);
}

function roomyLine(
	rate: RateStatus,
	isOneOfMany: boolean,
	columns: number,
	now: number,
	glyphs: Glyphs,
): Line {
	const {requests, tokens, queue} = rate;
	const gauges = (
		[
			['rpm', requests],
			['tpm', tokens],
		] as const
	).flatMap(([name, gauge]): Span[] =>
		gauge === null
			? []
			: [
					span(`  ${gaugeText(name, gauge)} `),
					...(columns >= 90 ? [gaugeBar(gauge, barColumns, glyphs)] : []),
					span(` ${share(gauge)}`, styleOf(gauge)),
				],
	);
	const words = paceWords(rate, now);
	// The only queue needs no name where the line is full without it.
	const name = isOneOfMany || columns >= 90 ? ` ${safeText(queue, {maxLength: 64})} ` : '';
	return spread(
		[span(name), span(words === '' ? ' limits' : ` ${words}`, words === '' ? faint : {color: 'yellow'})],
		[...gauges, span(' ')],
		columns,
	);
}

function gaugeText(name: string, {used, of}: Gauge): string {
	return `${name} ${shortCount(used)}/${shortCount(of)}`;
}

function gaugeBar(gauge: Gauge, columns: number, glyphs: Glyphs): Span {
	const drawn = bar(
		gauge.used / Math.max(1, gauge.of),
		Math.max(0, columns),
		glyphs.barFull,
		glyphs.barEmpty,
	);
	return span(drawn, styleOf(gauge));
}

function share({used, of}: Gauge): string {
	return `${Math.floor((used / Math.max(1, of)) * 100)}%`;
}

function styleOf({used, of}: Gauge) {
	return used >= 0.9 * of ? ({color: 'yellow'} as const) : plain;
}

/** The newest first, of all queues: when, why, and from which pace to which. */
function cutLines(rates: readonly RateStatus[], columns: number, glyphs: Glyphs): readonly Line[] {
	return rates
		.flatMap(({queue, lastCuts}) => lastCuts.map(cut => ({queue, cut})))
		.sort((a, b) => b.cut.at - a.cut.at)
		.slice(0, mostCuts)
		.map(({queue, cut}) =>
			spread(
				[
					span(` cut ${timeOfDay(cut.at)}  ${padEnd(safeText(causeWords(cut.reason), {maxLength: 40}), 16)}`),
					span(`  ${paces(cut, glyphs)}`, {color: 'yellow'}),
				],
				[span(` ${safeText(queue, {maxLength: 64})} `, faint)],
				columns,
			),
		);
}

function paces({fromPerMinute, toPerMinute}: Cut, glyphs: Glyphs): string {
	const after = toPerMinute === null ? 'waiting' : `${count(toPerMinute)}/min`;
	return `${count(fromPerMinute)} ${glyphs.arrow} ${after}`;
}
