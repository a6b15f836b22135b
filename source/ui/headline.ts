import {mismatch} from '../view/accounts-words.ts';
import {count, duration, etaText, money, ofTotal, percent, perSecond, shortCount} from '../view/format.ts';
import {safeText} from '../view/safe-text.ts';
import type {CostView, RunSnapshot} from '../view/snapshot.ts';
import type {Glyphs} from './glyphs.ts';
import {faint, fitLine, type Line, lineWidth, plain, type Span, span, spread, strong} from './line.ts';
import {phaseLook} from './state-style.ts';

/** How much line 1 says. State, share done, failed, cost and ETA are said at every width. */
type Density = {
	/** Chosen by the width first, so that a longer number does not rearrange the line. */
	readonly fromColumns: number;
	readonly hasName: boolean;
	readonly counts: 'long' | 'short' | 'none';
	readonly hasWaiting: boolean;
	/** Rate and elapsed time. */
	readonly hasClock: boolean;
	/** ETA with its range, without it, or without its label. */
	readonly eta: 'range' | 'plain' | 'bare';
	readonly gap: '  ' | ' ';
	readonly hasGlyph: boolean;
};

const roomy = {hasName: true, counts: 'long', eta: 'range', gap: '  ', hasGlyph: true} as const;
const tight = {hasName: false, counts: 'none', hasWaiting: false, hasClock: false, gap: ' '} as const;
const narrow = {...tight, counts: 'short', eta: 'plain', gap: '  ', hasGlyph: true} as const;

const densities: readonly Density[] = [
	{...roomy, fromColumns: 130, hasWaiting: true, hasClock: true},
	{...roomy, fromColumns: 110, hasWaiting: false, hasClock: true},
	{...roomy, fromColumns: 100, hasWaiting: false, hasClock: false},
	{...narrow, fromColumns: 72, hasWaiting: true},
	{...narrow, fromColumns: 56, gap: ' '},
	{...tight, fromColumns: 0, eta: 'plain', hasGlyph: true},
	{...tight, fromColumns: 0, eta: 'bare', hasGlyph: false},
];

/** From here on line 1 names the run, mostly. */
export const namedFromColumns = 100;

/** Line 1 of every screen: the most talkative that fits; the least talkative is clipped if it must be. */
export function headline(
	snapshot: RunSnapshot | null,
	elapsedMs: number,
	columns: number,
	glyphs: Glyphs,
): Line {
	if (!snapshot) {
		const {glyph, style} = phaseLook('STARTING', glyphs);
		return fitLine([span(` ${glyph} STARTING`, style)], columns);
	}

	let line: Line = [];
	for (const density of densities.filter(({fromColumns}) => columns >= fromColumns)) {
		const left = spaced(facts(snapshot, density, glyphs), density.gap);
		const right = spaced(times(snapshot, elapsedMs, density, glyphs), density.gap);
		line = [...left, span(density.gap), ...right];
		if (lineWidth(line) + 2 <= columns)
			return [span(' '), ...spread(left, [...right, span(' ')], columns - 1)];
	}

	return fitLine(line, columns);
}

function facts(snapshot: RunSnapshot, density: Density, glyphs: Glyphs): readonly (Span | false)[] {
	const {counts, cost, phase, total, grows} = snapshot;
	const finished = counts.done + counts.failed;
	const {glyph, style} = phaseLook(phase, glyphs);
	const number = density.counts === 'long' ? count : shortCount;
	const wrong = mismatch(snapshot.accounted);
	const failedLabel = density.counts === 'none' ? glyphs.status.failed : 'failed ';
	return [
		density.hasName && span(safeText(snapshot.name, {maxLength: 24}), strong),
		span(density.hasGlyph ? `${glyph} ${phase}` : phase, style),
		!grows && span(percent(finished, total), strong),
		(density.counts !== 'none' || grows) && span(ofTotal(number(finished), number(total), grows)),
		span(`${failedLabel}${number(counts.failed)}`, counts.failed > 0 ? {color: 'red', bold: true} : plain),
		wrong !== '' && span(wrong, {color: 'red', bold: true}),
		span(spentText(cost, density.counts === 'none' ? '$?' : 'cost unknown')),
		density.hasWaiting && counts.waiting > 0 && span(`waiting ${number(counts.waiting)}`, {color: 'yellow'}),
	];
}

function times(
	{eta, perSecond: rate, phase}: RunSnapshot,
	elapsedMs: number,
	density: Density,
	glyphs: Glyphs,
): readonly (Span | false)[] {
	const isTime = typeof eta === 'object' && eta !== null && 'ms' in eta;
	const etaWords = isTime && density.eta !== 'range' ? duration(eta.ms) : etaText(eta, glyphs.plusMinus);
	return [
		density.hasClock && phase !== 'DONE' && span(perSecond(rate), faint),
		density.hasClock && span(`elapsed ${duration(elapsedMs)}`, faint),
		phase !== 'DONE' && span(density.eta === 'bare' && isTime ? etaWords : `ETA ${etaWords}`),
	];
}

function spaced(pieces: readonly (Span | false)[], gap: string): Line {
	const shown = pieces.filter(piece => piece !== false);
	return shown.flatMap((piece, position) => (position === 0 ? [piece] : [span(gap), piece]));
}

/** Never 0 for what has no price: then it is unknown, or more than what the priced calls cost. */
export function spentText(cost: CostView, unknown = 'cost unknown'): string {
	if (cost.spentUsd === 0 && (cost.priceUnknown || cost.unpricedCalls > 0)) {
		return unknown;
	}

	return `${cost.unpricedCalls > 0 ? '>' : ''}${money(cost.spentUsd)}`;
}
