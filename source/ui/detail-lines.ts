import {answerTitle} from '../view/answer-title.ts';
import {attemptChanges, attemptFacts} from '../view/attempt-words.ts';
import {count, money, timeOfDay} from '../view/format.ts';
import type {AttemptView, RequestDetail} from '../view/request-detail.ts';
import {safeText} from '../view/safe-text.ts';
import {faint, type Line, type Style, span} from './line.ts';
import {statusStyle} from './state-style.ts';
import type {DetailTab} from './ui-state.ts';
import {wrapText} from './wrap-text.ts';

/** More of one text is for the pager and the export. */
const maxText = 200_000;

/** The tab that suits a request's status when none was chosen. */
export function suitedTab(status: RequestDetail['status']): DetailTab {
	if (status === 'failed' || status === 'waiting') return 'error';
	return status === 'done' ? 'answer' : 'prompt';
}

/** Everything that one tab says of a request, broken into lines. */
export function detailLines(detail: RequestDetail, tab: DetailTab, columns: number): readonly Line[] {
	switch (tab) {
		case 'prompt':
			return [
				...changedLines(detail, columns),
				...wrapped(detail.prompt, columns),
				[],
				[span('request body', faint)],
				...wrapped(detail.body, columns, faint),
			];
		case 'answer':
			return answerLines(detail, columns);
		case 'error':
			return detail.error === null
				? [[span('no error', faint)]]
				: wrapped(detail.error, columns, statusStyle[detail.status]);
		case 'attempts':
			return detail.attempts.length === 0
				? [[span('not tried yet', faint)]]
				: detail.attempts.flatMap((attempt, position) =>
						attemptLines(attempt, detail.attempts[position - 1] ?? null, columns),
					);
	}
}

function changedLines({changed}: RequestDetail, columns: number): readonly Line[] {
	return changed === null ? [] : [...wrapped(`changed  ${changed}`, columns, {color: 'yellow'}), []];
}

function answerLines(detail: RequestDetail, columns: number): readonly Line[] {
	if (detail.answers.length === 0) return [[span('no answer', faint)]];
	return [
		...wrapped(answerFacts(detail), columns, faint),
		...(detail.rounds?.summary ? wrapped(detail.rounds.summary, columns, {color: 'green'}) : []),
		...detail.warnings.flatMap(warning => wrapped(`warning: ${warning}`, columns, {color: 'yellow'})),
		...detail.answers.flatMap((answer, position): readonly Line[] => [
			detail.answers.length > 1 ? [span(answerTitle(detail, position), faint)] : [],
			...wrapped(answer, columns),
		]),
	];
}

function answerFacts({finishReason, usage, costUsd, provider, model}: RequestDetail): string {
	const tokens = usage
		? `${count(usage.input)} in${usage.cached > 0 ? ` (${count(usage.cached)} cached)` : ''}, ${count(usage.output)} out`
		: 'usage unknown';
	return [`${provider} ${model}`, `finish ${finishReason ?? '-'}`, tokens, `cost ${money(costUsd)}`].join(
		'   ',
	);
}

function attemptLines(attempt: AttemptView, before: AttemptView | null, columns: number): readonly Line[] {
	const {at, outcome, message} = attempt;
	const head = wrapped(
		attemptFacts(attempt, timeOfDay(at)).join('  '),
		columns,
		outcome === 'answered' ? {color: 'green'} : {},
	);
	const changes = before
		? wrapped(attemptChanges(before, attempt).join(', '), columns - 2, {color: 'cyan'})
		: [];
	// Said once, however often it came.
	const said = message === '' || message === before?.message ? [] : wrapped(message, columns - 2, faint);
	return [...head, ...[...changes, ...said].map(indented)];
}

function indented(line: Line): Line {
	return [span('  '), ...line];
}

function wrapped(text: string, columns: number, style?: Style): readonly Line[] {
	const clean = safeText(text, {maxLength: maxText, newline: 'keep'});
	return wrapText(clean, columns).map(row => [span(row, style)]);
}
