import type {Status} from '../domain/state.ts';
import type {Phase} from '../view/phase-name.ts';
import type {Glyphs} from './glyphs.ts';
import type {Style} from './line.ts';

/** Colour never stands alone: the word is beside it and the glyph before it. */
export const statusStyle: {readonly [S in Status]: Style} = {
	queued: {dim: true},
	waiting: {color: 'yellow'},
	'in-flight': {color: 'cyan'},
	batched: {color: 'blue'},
	done: {color: 'green'},
	failed: {color: 'red'},
};

type PhaseLook = {readonly glyph: 'running' | 'paused' | 'stopped'; readonly style: Style};

const going: PhaseLook = {glyph: 'running', style: {color: 'green', bold: true}};
const slowed: PhaseLook = {glyph: 'paused', style: {color: 'yellow', bold: true}};
const halted: PhaseLook = {glyph: 'stopped', style: {color: 'red', bold: true}};

const phaseLooks: {readonly [P in Phase]: PhaseLook} = {
	STARTING: {glyph: 'running', style: {bold: true}},
	RUNNING: going,
	THROTTLED: slowed,
	OFFLINE: halted,
	WAITING: {glyph: 'paused', style: {color: 'blue', bold: true}},
	PAUSED: slowed,
	HELD: halted,
	CEILING: halted,
	GUARD: halted,
	DRAINING: slowed,
	'DISK FULL': halted,
	DONE: {glyph: 'stopped', style: {color: 'green', bold: true}},
};

export function phaseLook(phase: Phase, glyphs: Glyphs): {readonly glyph: string; readonly style: Style} {
	const {glyph, style} = phaseLooks[phase];
	return {glyph: glyphs[glyph], style};
}
