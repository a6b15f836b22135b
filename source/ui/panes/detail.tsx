import {glanceAnswer} from '../../view/answer-title.ts';
import {attemptWord} from '../../view/attempt-words.ts';
import {clip} from '../../view/cells.ts';
import {timeOfDay} from '../../view/format.ts';
import type {RequestDetail} from '../../view/request-detail.ts';
import {safeText} from '../../view/safe-text.ts';
import {suitedTab} from '../detail-lines.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, type Line, lineWidth, padEnd, type Style, span, strong} from '../line.ts';
import type {OpenRequest} from '../open-request.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {statusStyle} from '../state-style.ts';
import {type DetailTab, detailTabs} from '../ui-state.ts';

const allTabsFromColumns = 68;
/** What a title holds beside id and tabs: `─[5 Detail] `, the longest status, and the blanks between. */
const besideIdColumns = 25;

export type DetailPaneProps = {
	readonly rect: Rect;
	readonly request: OpenRequest;
	readonly tab: DetailTab | null;
	readonly scroll: number;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** The request under the cursor: a summary beside the list, the whole of one tab when focused. */
export function DetailPane({rect, request, tab, scroll, isFocused, glyphs}: DetailPaneProps) {
	const about = isFocused ? openedTitle(rect, request, tab) : identity(request);
	const lines = isFocused ? request.lines.slice(scroll, scroll + innerRowsOf(rect)) : summaryLines(request);
	return (
		<Pane
			rect={rect}
			title={paneTitles.detail}
			about={about}
			isFocused={isFocused}
			lines={lines.map(line => [span(' '), ...line])}
			glyphs={glyphs}
		/>
	);
}

function identity({id, status}: OpenRequest, idColumns = 64): Line {
	if (id === null) return [];
	const word = status === null ? [] : [span(` ${status}`, statusStyle[status])];
	return [span(clip(safeText(id, {maxLength: 64}), idColumns), strong), ...word];
}

/** A long id gives way to the tabs, and on a narrow screen the other tabs to the shown one. */
function openedTitle(rect: Rect, request: OpenRequest, chosen: DetailTab | null): Line {
	if (request.id === null) return [];
	const shown = chosen ?? suitedTab(request.status ?? 'queued');
	const tabs = innerColumns(rect) < allTabsFromColumns ? [shown] : detailTabs;
	const bar = tabs.map(tab => (tab === shown ? span(`[${tab}]`, strong) : span(` ${tab} `, faint)));
	const idColumns = innerColumns(rect) - lineWidth(bar) - besideIdColumns;
	return [...identity(request, idColumns), span('  '), ...bar];
}

/** What a glance needs: why it failed, how the last attempts went, what was asked and answered. */
export function summaryLines({detail, note}: OpenRequest): readonly Line[] {
	if (!detail) return [[span(note, faint)]];
	const attempts = detail.attempts.slice(-2).reverse();
	return [
		...(detail.error === null ? [] : [fact('error', oneLine(detail.error), statusStyle[detail.status])]),
		...attempts.map((attempt, position) =>
			fact(
				position === 0 ? 'attempts' : '',
				[timeOfDay(attempt.at), attempt.lane, attemptWord(attempt), oneLine(attempt.requestId ?? '')]
					.filter(Boolean)
					.join('  '),
			),
		),
		...(detail.changed === null ? [] : [fact('changed', oneLine(detail.changed), {color: 'yellow'})]),
		...[glanceAnswer(detail) ?? []].flat().map(answer => fact('answer', oneLine(answer))),
		fact('prompt', oneLine(detail.prompt)),
	];
}

/** The one most telling fact, for screens without a detail pane. */
export function detailLine(request: OpenRequest): Line {
	const {detail, id, note} = request;
	const fact = detail ? telling(detail) : [span(note, faint)];
	return [span(' '), ...identity(request), span(id === null ? '' : '  '), ...fact];
}

function telling(detail: RequestDetail): Line {
	const {error, prompt, status} = detail;
	if (error !== null) return [span(oneLine(error), statusStyle[status])];
	const answer = glanceAnswer(detail);
	return answer === undefined
		? [span('prompt ', faint), span(oneLine(prompt))]
		: [span('answer ', faint), span(oneLine(answer))];
}

function fact(label: string, text: string, style?: Style): Line {
	return [span(padEnd(label, 9), faint), span(text, style)];
}

/** The beginning of a text with its line breaks as blanks. */
function oneLine(text: string): string {
	return safeText(text.slice(0, 2000).replaceAll(/\s+/g, ' ').trim(), {maxLength: 500});
}
