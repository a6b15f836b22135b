import {clip, displayWidth} from '../../view/cells.ts';
import {count, plural, shortCount} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {RowWindow} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {faint, type Line, lineWidth, type Style, span} from '../line.ts';
import {type ListState, showsGroups} from '../list-state.ts';
import {fieldText} from '../text-field.ts';

/*
 * What the list shows, beside the pane's title: `312 of 100,000  status:failed  marked 2  sort error ▼  order frozen`.
 * Narrow panes have it in short, then without what the rows say themselves; what narrows the list is never left out.
 */

export type QueueHead = {
	readonly window: RowWindow;
	/** Requests of the run. */
	readonly total: number;
	readonly list: ListState;
	readonly glyphs: Glyphs;
};

type Part = {
	readonly long: string;
	readonly short: string;
	readonly style: Style;
	/** The lowest is left out first. */
	readonly weight: number;
};

/** Columns that the filter keeps when there is too little room for all. */
const leastFilter = 8;
const gap = 2;

export function queueAbout(head: QueueHead, columns: number): Line {
	const parts = aboutParts(head);
	const narrowing = narrowingText(head);
	const asked = Math.min(displayWidth(narrowing), leastFilter);
	let isShort = false;
	let shown = parts;
	const width = (): number =>
		shown.reduce((sum, {long, short}) => sum + displayWidth(isShort ? short : long) + gap, 0) +
		(asked > 0 ? asked + gap : 0) -
		gap;
	if (width() > columns) isShort = true;
	while (width() > columns && shown.length > 1) {
		const least = Math.min(...shown.map(({weight}) => weight));
		shown = shown.filter(({weight}) => weight !== least);
	}

	const [first, ...rest] = shown.map(({long, short, style}) => span(isShort ? short : long, style));
	const room = columns - (width() - asked);
	const filter = narrowing === '' ? [] : [span(clipped(narrowing, room, head.glyphs), {color: 'cyan'})];
	return [first!, ...filter, ...rest].flatMap((part, position) =>
		position === 0 ? [part] : [span(' '.repeat(gap)), part],
	);
}

function aboutParts({window, total, list, glyphs}: QueueHead): readonly Part[] {
	const {marked, isFrozen, progress} = window;
	const isAll = list.filter.trim() === '' && list.group === null;
	const arrow = list.isReversed ? glyphs.sortedUp : glyphs.sortedDown;
	const isPlain = list.sort === 'status' && !list.isReversed;
	return [
		countPart(window, total, isAll, list),
		...(marked > 0
			? [part(`marked ${count(marked)}`, `${glyphs.mark}${shortCount(marked)}`, 4, {color: 'yellow'})]
			: []),
		...(isPlain || showsGroups({list})
			? []
			: [part(`sort ${list.sort} ${arrow}`, `${list.sort}${arrow}`, 1)]),
		...(isFrozen ? [part('order frozen', 'frozen', 2)] : []),
		...(progress === null
			? []
			: [part(`searching ${percentOf(progress)}`, percentOf(progress), 3, {color: 'yellow'})]),
	];
}

function countPart(window: RowWindow, total: number, isAll: boolean, list: ListState): Part {
	if (showsGroups({list})) {
		const causes = window.groups?.length ?? 0;
		return part(plural(causes, 'cause'), plural(causes, 'cause'), 5);
	}

	return isAll
		? part(plural(window.total, 'request'), shortCount(window.total), 5)
		: part(
				`${count(window.total)} of ${count(total)}`,
				`${shortCount(window.total)}/${shortCount(total)}`,
				5,
			);
}

function part(long: string, short: string, weight: number, style: Style = faint): Part {
	return {long, short, weight, style};
}

/** The group and the filter, as they were given. */
function narrowingText({list}: QueueHead): string {
	const texts = [list.group?.label ?? '', list.filter.trim()].filter(text => text !== '');
	return safeText(texts.join('  ').slice(0, 1000).replaceAll(/\s+/g, ' '), {maxLength: 200});
}

function clipped(text: string, columns: number, {ellipsis}: Glyphs): string {
	if (displayWidth(text) <= columns) return text;
	return clip(text, Math.max(0, columns - displayWidth(ellipsis))) + ellipsis;
}

function percentOf(progress: number): string {
	return `${Math.floor(Math.max(0, Math.min(1, progress)) * 100)}%`;
}

/** In place of the headings: the field while a filter is typed, and why it cannot be read. Null: the headings. */
export function filterLine({window, list}: QueueHead, columns: number): Line | null {
	const {problem} = window;
	if (!list.field) {
		return problem === null ? null : [span(` ${safeText(problem, {maxLength: 200})}`, {color: 'red'})];
	}

	const reason: Line =
		problem === null ? [] : [span(`  ${safeText(problem, {maxLength: 200})}`, {color: 'red'})];
	const room = Math.max(10, columns - Math.min(lineWidth(reason), Math.floor(columns / 2)) - 2);
	return [
		span(' /', {color: 'cyan', bold: true}),
		span(fieldText(list.field, room), {bold: true}),
		...reason,
	];
}

/** Why there is no row. */
export function emptyText({window, list}: QueueHead): string {
	if (window.problem !== null) return 'the filter cannot be read: / changes it, esc clears it';
	if (showsGroups({list}))
		return list.filter.trim() === ''
			? 'nothing has failed'
			: 'no failure matches: esc shows the requests again';
	if (window.progress !== null) return 'nothing found yet';
	if (list.group) return 'the group is empty: esc goes back to the groups';
	if (list.filter.trim() !== '') return 'nothing matches: esc clears the filter';
	return 'there is no request yet';
}
