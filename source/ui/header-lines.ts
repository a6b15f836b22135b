import {bar, count, duration, etaText, money, percent, perSecond, shortCount} from '../view/format.ts';
import {safeText} from '../view/safe-text.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {Glyphs} from './glyphs.ts';
import {faint, fitLine, type Line, lineWidth, plain, type Span, span, spread, strong} from './line.ts';
import {phaseLook} from './state-style.ts';

/**
 * How much of line 1 is said, the tight one clipped if it must be. State, share done, failed, cost and ETA are said
 * at every width. Chosen by the width first, so that a longer number does not rearrange the line.
 */
const densities = ['wide', 'normal', 'narrow', 'short', 'tight'] as const;
type Density = (typeof densities)[number];
const leastColumns: {readonly [D in Density]: number} = {
	wide: 118,
	normal: 100,
	narrow: 72,
	short: 56,
	tight: 0,
};

/** The two lines on top of every screen; line 1 is the most talkative one that fits. */
export function headerLines(
	snapshot: RunSnapshot | null,
	elapsedMs: number,
	columns: number,
	glyphs: Glyphs,
): readonly [Line, Line] {
	if (!snapshot) {
		const {glyph, style} = phaseLook('STARTING', glyphs);
		return [fitLine([span(` ${glyph} STARTING`, style)], columns), fitLine([], columns)];
	}

	for (const density of densities) {
		const line =
			columns < leastColumns[density] ? null : headline(snapshot, elapsedMs, density, columns, glyphs);
		if (line) return [fitLine(line, columns), progress(snapshot, density, columns, glyphs)];
	}

	throw new Error('The tight line always fits.');
}

function headline(
	snapshot: RunSnapshot,
	elapsedMs: number,
	density: Density,
	columns: number,
	glyphs: Glyphs,
): Line | null {
	const {counts, cost, phase, total} = snapshot;
	const isTight = density === 'tight';
	const isRoomy = density === 'wide' || density === 'normal';
	const finished = counts.done + counts.failed;
	const {glyph, style} = phaseLook(phase, glyphs);
	const number = isRoomy ? count : shortCount;
	const failedLabel = isTight ? glyphs.status.failed : 'failed ';
	const left = [
		isRoomy && span(safeText(snapshot.name, {maxLength: 24}), strong),
		span(`${glyph} ${phase}`, style),
		span(percent(finished, total), strong),
		!isTight && span(`${number(finished)}/${number(total)}`),
		span(`${failedLabel}${number(counts.failed)}`, counts.failed > 0 ? {color: 'red', bold: true} : plain),
		span(spent(cost, isTight)),
		(isRoomy || density === 'narrow') &&
			counts.waiting > 0 &&
			span(`waiting ${number(counts.waiting)}`, {color: 'yellow'}),
	];
	const right = [
		density === 'wide' && span(perSecond(snapshot.perSecond), faint),
		density === 'wide' && span(`elapsed ${duration(elapsedMs)}`, faint),
		phase !== 'DONE' && span(`ETA ${etaWords(snapshot.eta, isRoomy, glyphs)}`),
	];
	const gap = isTight ? ' ' : '  ';
	const [start, end] = [spaced(left, gap), spaced(right, gap)];
	return lineWidth(start) + lineWidth(end) + gap.length + 1 > columns && !isTight
		? null
		: [span(' '), ...spread(start, [...end, span(' ')], columns - 1)];
}

function spaced(pieces: readonly (Span | false)[], gap: string): Line {
	const shown = pieces.filter(piece => piece !== false);
	return shown.flatMap((piece, position) => (position === 0 ? [piece] : [span(gap), piece]));
}

function etaWords(eta: RunSnapshot['eta'], isRoomy: boolean, glyphs: Glyphs): string {
	return isRoomy || eta === null || eta === 'stalled' ? etaText(eta, glyphs.plusMinus) : duration(eta.ms);
}

/** Never 0 for what has no price: then it is unknown, or at least what the priced calls cost. */
export function spent(cost: RunSnapshot['cost'], isTight = false): string {
	if (cost.spentUsd === 0 && (cost.priceUnknown || cost.unpricedCalls > 0)) {
		return isTight ? '$?' : 'cost unknown';
	}

	return `${cost.unpricedCalls > 0 ? '>' : ''}${money(cost.spentUsd)}`;
}

/** The bar, and beside it what the state needs said, else what runs where. */
function progress(snapshot: RunSnapshot, density: Density, columns: number, glyphs: Glyphs): Line {
	const {counts, lanes, models, phase, phaseDetail, simulated, total} = snapshot;
	const isNamed = density === 'wide' || density === 'normal';
	const name = isNamed ? '' : safeText(snapshot.name, {maxLength: 24});
	const about = [name, safeText(models, {maxLength: 40}), lanes, simulated ? 'SIMULATED' : ''];
	const note: Span =
		phaseDetail === ''
			? span(about.filter(Boolean).join('  '), faint)
			: span(safeText(phaseDetail, {maxLength: 300}), phaseLook(phase, glyphs).style);
	const noteColumns = Math.min(lineWidth([note]), Math.floor(columns * 0.65));
	const barColumns = Math.max(0, columns - noteColumns - (noteColumns > 0 ? 4 : 2));
	const share = total === 0 ? 0 : (counts.done + counts.failed) / total;
	const drawn = bar(share, barColumns, glyphs.barFull, glyphs.barEmpty);
	const fullCells = drawn.lastIndexOf(glyphs.barFull) + 1;
	return [
		span(' '),
		span(drawn.slice(0, fullCells), {color: 'green'}),
		span(drawn.slice(fullCells), faint),
		...(noteColumns > 0 ? [span('  '), ...fitLine([note], noteColumns)] : []),
		span(' '),
	];
}
