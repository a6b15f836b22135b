import {timeOfDay} from '../view/format.ts';
import type {Notice} from '../view/notice.ts';
import {safeText} from '../view/safe-text.ts';
import {faint, type Line, type Style, span} from './line.ts';
import type {Log, LogLine} from './log.ts';
import {levelWeight} from './toast.ts';
import {wrapText} from './wrap-text.ts';

const levelStyle: {readonly [L in Notice['level']]: Style} = {
	info: {},
	warn: {color: 'yellow'},
	error: {color: 'red'},
};

/** Time, level and a blank behind each. */
const headColumns = 15;
const longestText = 4000;
const longestDump = 20_000;

/** Broken into lines once for a width: a thousand entries are drawn with every tick. */
const broken = new WeakMap<LogLine, {readonly columns: number; readonly lines: readonly Line[]}>();

/** The log as lines of `columns`, dumps below what they belong to. */
export function logLines({lines}: Log, least: Notice['level'], columns: number): readonly Line[] {
	return lines
		.filter(({level}) => levelWeight[level] >= levelWeight[least])
		.flatMap(line => linesOf(line, columns));
}

function linesOf(entry: LogLine, columns: number): readonly Line[] {
	const known = broken.get(entry);
	if (known?.columns === columns) return known.lines;
	const lines = breakEntry(entry, columns);
	broken.set(entry, {columns, lines});
	return lines;
}

function breakEntry({at, level, text, dump}: LogLine, columns: number): readonly Line[] {
	const style = levelStyle[level];
	const clean = safeText(text, {maxLength: longestText, newline: 'keep'}).trimEnd();
	const said = wrapText(clean, Math.max(2, columns - headColumns)).map((line, row): Line => {
		const head = row === 0 ? `${timeOfDay(at)} ${level.padEnd(5)} ` : ' '.repeat(headColumns);
		return [span(head, row === 0 ? {...style, dim: true} : faint), span(line, style)];
	});
	if (dump === null) return said;
	const dumped = wrapText(safeText(dump, {maxLength: longestDump, newline: 'keep'}).trimEnd(), columns - 4);
	return [...said, ...dumped.map(line => [span('    '), span(line, faint)])];
}
