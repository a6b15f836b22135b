import {bar} from '../view/format.ts';
import {safeText} from '../view/safe-text.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {Glyphs} from './glyphs.ts';
import {namedFromColumns} from './headline.ts';
import {faint, fitLine, type Line, lineWidth, span} from './line.ts';
import {phaseLook} from './state-style.ts';

/** What the state needs said takes this share of the line, however long: a countdown must not move the bar. */
const troubleShare = 0.7;

/** Line 2: the bar, and beside it what the state needs said, else what runs where. */
export function progressLine(snapshot: RunSnapshot | null, columns: number, glyphs: Glyphs): Line {
	if (!snapshot) return fitLine([], columns);
	const {counts, phase, phaseDetail, simulated, total} = snapshot;
	const mark: Line = simulated ? [span('  SIMULATED', {color: 'magenta', bold: true})] : [];
	const most = Math.floor(columns * troubleShare) - lineWidth(mark);
	// How many failed stands on line 1.
	const isCalm = phaseDetail === '' || phase === 'DONE';
	const about = isCalm ? whatRuns(snapshot, columns) : whatIsWrong(snapshot, glyphs);
	const note = fitLine(about, isCalm ? Math.min(most, lineWidth(about)) : most);
	const barColumns = Math.max(0, columns - lineWidth(note) - lineWidth(mark) - 4);
	const share = total === 0 ? 0 : (counts.done + counts.failed) / total;
	const drawn = bar(share, barColumns, glyphs.barFull, glyphs.barEmpty);
	const full = drawn.lastIndexOf(glyphs.barFull) + 1;
	return [
		span(' '),
		span(drawn.slice(0, full), {color: 'green'}),
		span(drawn.slice(full), faint),
		span('  '),
		...note,
		...mark,
		span(' '),
	];
}

function whatRuns({name, models, lanes}: RunSnapshot, columns: number): Line {
	const words = [columns < namedFromColumns ? name : '', models, lanes];
	return [
		span(
			words
				.filter(Boolean)
				.map(word => safeText(word, {maxLength: 40}))
				.join('  '),
			faint,
		),
	];
}

function whatIsWrong({phase, phaseDetail}: RunSnapshot, glyphs: Glyphs): Line {
	const isBeside = phase === 'RUNNING';
	return [
		span(
			safeText(phaseDetail, {maxLength: 300}),
			isBeside ? {color: 'yellow'} : phaseLook(phase, glyphs).style,
		),
	];
}
