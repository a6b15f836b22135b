import {clip, displayWidth} from '../../view/cells.ts';
import {count, plural, shortCount} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import type {RowWindow} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {faint, type Line, type Style, span} from '../line.ts';
import type {ListState} from '../list-state.ts';
import {showsGroups} from '../reduce-list.ts';
import {fieldText} from '../text-field.ts';
import {wrapText} from '../wrap-text.ts';

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

/** Of a weight that is never left out: how many there are, and that some are marked. */
const lasting = 4;

type Part = {
	readonly text: string;
	readonly short: string;
	readonly style: Style;
	/** The lowest is said in short first, and then left out first. */
	readonly weight: number;
};

/** Columns of the filter for which the rest gives way. */
const readableFilter = 20;
const gap = 2;

export function queueAbout(head: QueueHead, columns: number): Line {
	const narrowing = narrowingText(head);
	const asked = Math.min(displayWidth(narrowing), readableFilter);
	let shown = aboutParts(head);
	const width = (): number =>
		shown.reduce((sum, {text}) => sum + displayWidth(text) + gap, asked > 0 ? asked : -gap);
	const lightest = (parts: readonly Part[]): Part =>
		parts.reduce((least, candidate) => (candidate.weight < least.weight ? candidate : least));
	while (width() > columns) {
		const long = shown.filter(({text, short}) => text !== short);
		const least = lightest(long.length > 0 ? long : shown);
		if (long.length === 0 && least.weight >= lasting) break;
		shown =
			long.length > 0
				? shown.map(one => (one === least ? {...one, text: one.short} : one))
				: shown.filter(one => one !== least);
	}

	const [first, ...rest] = shown.map(({text, style}) => span(text, style));
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
		// Groups go on by their counts.
		...(isFrozen && !showsGroups({list}) ? [part('order frozen', 'frozen', 2)] : []),
		...(progress === null ? [] : [searchPart(progress)]),
	];
}

/** What was found is put in order when all of it was. */
function searchPart(progress: number): Part {
	const percent = percentOf(progress);
	return progress < 1
		? part(`searching ${percent}`, percent, 3, {color: 'yellow'})
		: part('sorting', 'sorting', 3, {color: 'yellow'});
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

function part(text: string, short: string, weight: number, style: Style = faint): Part {
	return {text, short, weight, style};
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

/** A reason that leaves the field less than this, and a gap, stands below it. */
const leastField = 20;
const fieldGap = 4;

/** In place of the headings: the field while a filter is typed, and why it cannot be read. Null: the headings. */
export function filterLines({window, list}: QueueHead, columns: number): readonly Line[] | null {
	const problem = window.problem === null ? '' : safeText(window.problem, {maxLength: 200});
	const reasons = problem === '' ? [] : wrapText(problem, columns - 2).slice(0, 3);
	const below = reasons.map((line): Line => [span(` ${line}`, {color: 'red'})]);
	if (!list.field) return problem === '' ? null : below;
	const beside = columns - displayWidth(problem) - fieldGap;
	const isBeside = problem !== '' && beside >= leastField;
	const room = isBeside ? beside : columns - 2;
	const field = [
		span(' /', {color: 'cyan', bold: true}),
		span(fieldText(list.field, room), {bold: true}),
		...(isBeside ? [span(`  ${problem}`, {color: 'red'})] : []),
	];
	return isBeside ? [field] : [field, ...below];
}

/** Why there is no row. */
export function emptyText({window, list}: QueueHead): string {
	if (window.problem !== null) return list.field ? '' : '/ changes the filter, esc clears it';
	if (showsGroups({list}))
		return list.filter.trim() === ''
			? 'nothing has failed'
			: 'no failure matches: esc shows the requests again';
	if (window.progress !== null) return 'nothing found yet';
	if (list.group) return 'the group is empty: esc goes back to the groups';
	if (list.filter.trim() !== '') return 'nothing matches: esc clears the filter';
	return 'there is no request yet';
}
