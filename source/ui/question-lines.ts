import {money, plural} from '../view/format.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {actAnswers, actFooter, actQuestionText, changeAnswers, changeLines, sortLines} from './act-lines.ts';
import {actTitle, scopeWords} from './act-words.ts';
import {cancelAnswer as cancel, answerKey as key} from './answer-words.ts';
import {batchAnswer, batchQuestionText, needsBatchNumber} from './batch-question.ts';
import type {Glyphs} from './glyphs.ts';
import {type Line, span, strong} from './line.ts';
import type {ListState} from './list-state.ts';
import type {Question} from './question.ts';
import {wrapText} from './wrap-text.ts';

export function questionTitle(question: Question): string {
	switch (question.kind) {
		case 'quit':
			return 'Quit?';
		case 'act':
			return actTitle(question.request, question.name);
		case 'change':
			return `Change ${scopeWords(question.scope, question.name)}`;
		case 'sort':
			return 'Sort by';
		case 'force-direct':
			return 'Direct mode?';
		case 'ceiling':
			return 'Cost ceiling';
		case 'cancel-batch':
			return 'End the batch?';
	}
}

/** What a question is drawn from besides itself. */
export type QuestionContext = {
	readonly snapshot: RunSnapshot;
	readonly list: ListState;
	readonly glyphs: Glyphs;
};

/** Below these columns the answers are named in a word. */
const narrow = 50;

/** The question, then its answers. Cancel has the focus: `enter` cancels, as `esc` does. */
export function questionLines(
	question: Question,
	{snapshot, list, glyphs}: QuestionContext,
	{columns, rows}: {readonly columns: number; readonly rows: number},
): readonly Line[] {
	if (question.kind === 'sort') return sortLines(list, glyphs, columns);
	if (question.kind === 'change') return [...changeLines(question, columns), changeAnswers];
	const asked = wrapText(questionText(question, snapshot), columns)
		.slice(0, Math.max(1, rows - 1))
		.map((line): Line => [span(` ${line}`, strong)]);
	return [...asked, answers(question, columns < narrow)];
}

type Sentence = Exclude<Question, {kind: 'sort' | 'change'}>;

function questionText(question: Sentence, snapshot: RunSnapshot): string {
	switch (question.kind) {
		case 'quit':
			return `${plural(snapshot.inFlight.count, 'call')} in flight${atStake(snapshot)}:`;
		case 'act':
			return actQuestionText(question);
		case 'force-direct':
			return `${question.isOn ? 'Direct only' : 'Batches again'}${difference(question)}`;
		case 'ceiling':
			return ceilingText(question);
		case 'cancel-batch':
			return batchQuestionText(question);
	}
}

/** A call that is cut off may be billed all the same. */
function atStake({cost}: RunSnapshot): string {
	if (cost.priceUnknown) return ', maybe billed if cut off, at an unknown price';
	return `, up to ${money(cost.atStakeUsd)} maybe billed if cut off`;
}

function difference({isOn, forcing}: Extract<Question, {kind: 'force-direct'}>): string {
	if (!forcing) return '? The price difference is not known.';
	const {requests, batchUsd, directUsd} = forcing;
	if (requests === 0) return '? No request goes another way now.';
	const [now, before] = isOn ? [directUsd, batchUsd] : [batchUsd, directUsd];
	return `: ${plural(requests, 'request')} for about ${money(now)} instead of ${money(before)}?`;
}

function ceilingText({typed, note, amountUsd}: Extract<Question, {kind: 'ceiling'}>): string {
	const tail = note === '' ? '' : `  ${note}`;
	return amountUsd === null
		? `USD for the whole run: ${typed}_${tail}`
		: `${money(amountUsd)} for the whole run?${tail}`;
}

function answers(question: Sentence, isNarrow: boolean): Line {
	switch (question.kind) {
		case 'quit':
			return [
				...key('y', isNarrow ? 'in 10 s' : 'leave after 10 s'),
				...key('w', isNarrow ? 'wait' : 'wait for them'),
				...cancel('esc stay'),
			];
		case 'act':
			return actAnswers(question, isNarrow);
		case 'force-direct':
			return [...key('y', question.isOn ? 'force direct' : 'take it back'), ...cancel('esc cancel')];
		case 'ceiling':
			return question.amountUsd === null
				? [...key('enter', 'go on'), ...cancel('esc cancel')]
				: [...key('y', 'set the ceiling'), ...cancel('esc cancel')];
		case 'cancel-batch':
			return [...key(...batchAnswer(question)), ...cancel(isNarrow ? 'esc' : 'esc cancel')];
	}
}

/** What the last line of the screen says while the question stands. */
export function answerWords(question: Question): string {
	switch (question.kind) {
		case 'quit':
			return 'y leave  w wait  esc stay';
		case 'act':
			return actFooter(question);
		case 'change':
			return 'type it  enter go on  esc cancel';
		case 'sort':
			return 'a letter sorts, again turns  esc close';
		case 'force-direct':
			return 'y yes  esc cancel';
		case 'ceiling':
			return question.amountUsd === null ? 'type USD  enter go on  esc cancel' : 'y set  esc cancel';
		case 'cancel-batch':
			return needsBatchNumber(question) ? 'type the number, then y  esc cancel' : 'y yes  esc cancel';
	}
}
