import {plural} from '../view/format.ts';
import type {Notice} from '../view/notice.ts';
import {safeText} from '../view/safe-text.ts';
import {suitedTab} from './detail-lines.ts';
import type {PaneName} from './layout.ts';
import type {Line} from './line.ts';
import {groupUnderCursor, rowUnderCursor} from './scope.ts';
import type {ScreenModel} from './screen-model.ts';
import {dialogLines} from './speak-dialog.ts';
import {paneWords, reportWords, stateWords} from './speak-pane.ts';
import {groupWords, listWords, rowWords} from './speak-row.ts';
import type {Toast} from './toast.ts';
import type {UiState} from './ui-state.ts';
import {isQuestion} from './ui-state.ts';

/** What was said, so that only news is. */
export type Spoken = {
	readonly phase: string;
	readonly decile: number;
	readonly failed: number;
	readonly stateAt: number;
	/** The newest notice. */
	readonly notice: number;
	readonly toast: Toast | null;
	readonly dialog: readonly string[];
	/** The cursor, and the status of the request that it follows. */
	readonly cursor: string;
	readonly status: string;
	readonly order: string | null;
	readonly marked: number;
	readonly focus: PaneName;
	/** The request and the tab that are open. */
	readonly open: string;
	readonly leaving: UiState['leaving'];
	readonly hasReport: boolean;
	readonly hasEnd: boolean;
};

export const nothingSpoken: Spoken = {
	phase: '',
	decile: 0,
	failed: 0,
	stateAt: Number.NEGATIVE_INFINITY,
	notice: 0,
	toast: null,
	dialog: [],
	cursor: '@0',
	status: '',
	order: null,
	marked: 0,
	focus: 'queue',
	open: '',
	leaving: null,
	hasReport: false,
	hasEnd: false,
};

type Said = {readonly lines: readonly string[]; readonly spoken: Partial<Spoken>};

/** A failure more is news, but not five times a second. */
const failedEveryMs = 10_000;
/** What is read aloud of one opened text; the pager and the export have the rest. */
const mostLines = 200;
const longestLine = 2000;

/** What a person hears when the screen changes from what was said before to `model`. Lines are clean. */
export function speak(
	before: Spoken,
	model: ScreenModel,
): {readonly lines: string[]; readonly spoken: Spoken} {
	const parts = [speakNews, speakState, speakList, speakFocus, speakOpen, speakDialog, speakEnd].map(part =>
		part(before, model),
	);
	return {
		lines: parts.flatMap(({lines}) => lines).map(line => safeText(line, {maxLength: longestLine})),
		spoken: Object.assign({...before}, ...parts.map(({spoken}) => spoken)),
	};
}

const nothing: Said = {lines: [], spoken: {}};

/** Notices, and toasts that say something else. */
function speakNews(before: Spoken, {snapshot, ui: {toast}}: ScreenModel): Said {
	const news = (snapshot?.notices ?? []).filter(({id, isQuiet}) => id > before.notice && !isQuiet);
	const isNewToast = toast !== null && toast !== before.toast && !news.some(({text}) => text === toast.text);
	return {
		lines: [...news, ...(isNewToast ? [toast] : [])].map(levelled),
		spoken: {notice: news.at(-1)?.id ?? before.notice, toast},
	};
}

function levelled({level, text}: Pick<Notice, 'level' | 'text'>): string {
	return level === 'info' ? text : `${level}: ${text}`;
}

function speakState(before: Spoken, {snapshot, now}: ScreenModel): Said {
	if (!snapshot) return nothing;
	const {phase, counts, total} = snapshot;
	const decile = total === 0 ? 0 : Math.floor(((counts.done + counts.failed) * 10) / total);
	const isFailedDue = counts.failed !== before.failed && now - before.stateAt >= failedEveryMs;
	if (phase === before.phase && decile === before.decile && !isFailedDue) return nothing;
	return {lines: [stateWords(snapshot)], spoken: {phase, decile, failed: counts.failed, stateAt: now}};
}

/** The order of the list, its marks, and the row that the cursor went to. */
function speakList(before: Spoken, model: ScreenModel): Said {
	const {snapshot, ui} = model;
	if (!snapshot) return nothing;
	const {rows} = snapshot;
	const {filter, group, sort, isReversed} = rows.order;
	const order = JSON.stringify([filter, group, sort, isReversed]);
	const isReordered = before.order !== null && order !== before.order;
	const ofFailures = groupUnderCursor(model);
	if (ofFailures) {
		const at = `group ${ofFailures.key}`;
		return {lines: at === before.cursor ? [] : [groupWords(ofFailures, model)], spoken: {order, cursor: at}};
	}

	const row = rowUnderCursor(snapshot, ui);
	const {index, position} = ui.cursor;
	const cursor = index === null ? `@${position}` : `#${index}`;
	const hasMoved = cursor !== before.cursor && row !== null;
	const hasChanged = !hasMoved && index !== null && row !== null && row.status !== before.status;
	return {
		lines: [
			...(isReordered ? [listWords(rows)] : []),
			...(rows.marked === before.marked ? [] : [`${plural(rows.marked, 'request')} marked`]),
			...(hasMoved ? [rowWords(row, model)] : []),
			...(hasChanged ? [`${row.id} is ${row.status} now`] : []),
		],
		spoken: {order, marked: rows.marked, ...(row ? {cursor, status: row.status} : {})},
	};
}

function speakFocus(before: Spoken, {snapshot, ui: {focus}, now}: ScreenModel): Said {
	// The report opens by itself, and is said as such.
	const isReport = focus === 'in-flight' && snapshot?.report != null && !before.hasReport;
	if (focus === before.focus || !snapshot) return nothing;
	return {lines: isReport ? [] : paneWords(focus, snapshot, now), spoken: {focus}};
}

function speakOpen(before: Spoken, {ui, request}: ScreenModel): Said {
	if (ui.focus !== 'detail') return before.open === '' ? nothing : {lines: [], spoken: {open: ''}};
	const {detail, lines} = request;
	if (!detail || lines.length === 0) return nothing;
	const tab = ui.tab ?? suitedTab(detail.status);
	const open = `${detail.index} ${tab} ${detail.status} ${detail.attempts.length}`;
	if (open === before.open) return nothing;
	const more = lines.length - mostLines;
	return {
		lines: [
			`request ${detail.id}, ${detail.status}, ${tab}`,
			...lines.slice(0, mostLines).map(textOf),
			...(more > 0 ? [`and ${plural(more, 'more line')}`] : []),
		],
		spoken: {open},
	};
}

/** A question when it opens, later only what has changed of it; the help at once. */
function speakDialog(before: Spoken, model: ScreenModel): Said {
	const {snapshot, ui} = model;
	const dialog = dialogLines(model).map(textOf);
	const isSame = dialog.join('\n') === before.dialog.join('\n');
	const leaving = ui.leaving === before.leaving ? [] : leavingWords(ui.leaving);
	if (isSame || (ui.dialog && !snapshot)) return {lines: leaving, spoken: {leaving: ui.leaving}};
	// Calls end while somebody thinks about quitting: that is not read out again and again.
	const isTicking = isQuestion(ui.dialog) && ui.dialog.kind === 'quit' && before.dialog.length > 0;
	const lines = isTicking ? [] : dialog.filter(line => !before.dialog.includes(line));
	return {lines: [...leaving, ...lines], spoken: {dialog, leaving: ui.leaving}};
}

function leavingWords(leaving: UiState['leaving']): readonly string[] {
	switch (leaving) {
		case 'interrupt':
			return ['ending: ctrl-c again to quit now, escape to go on'];
		case 'quit':
			return ['ending: waits for what is in flight, escape to go on'];
		case null:
			return [];
	}
}

function speakEnd(before: Spoken, {snapshot, end}: ScreenModel): Said {
	const report = snapshot?.report ?? null;
	return {
		lines: [
			...(report && !before.hasReport ? [...reportWords(report), 'q leaves'] : []),
			...(end && !before.hasEnd && end.why !== '' ? [end.why] : []),
		],
		spoken: {hasReport: report !== null, hasEnd: end !== null},
	};
}

function textOf(line: Line): string {
	return line
		.map(({text}) => text)
		.join('')
		.trim();
}
