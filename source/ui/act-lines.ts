import {safeText} from '../view/safe-text.ts';
import {actText, actVerb} from './act-words.ts';
import {answerKey, cancelAnswer} from './answer-words.ts';
import type {Glyphs} from './glyphs.ts';
import {faint, type Line, type Style, span, strong} from './line.ts';
import type {ListState} from './list-state.ts';
import {type ActQuestion, type ChangeQuestion, needsNumber} from './question.ts';
import {sortChoices} from './sort-effects.ts';
import {fieldText} from './text-field.ts';
import {wrapText} from './wrap-text.ts';

const changeHint = 'like max_tokens=512 model=gpt-4o; seed= takes a field out';

export function actQuestionText({request, chosen}: ActQuestion): string {
	return chosen ? actText(request, chosen) : 'Looking up which requests these are.';
}

export function actAnswers({request, chosen, typed}: ActQuestion, isNarrow: boolean): Line {
	if (!chosen) return cancelAnswer('esc cancel');
	if (needsNumber(chosen)) {
		return [
			...answerKey(`type ${chosen.count}`, `then y: ${typed}_`),
			...cancelAnswer(isNarrow ? 'esc' : 'esc cancel'),
		];
	}

	return [...answerKey('y', actVerb(request.act).toLowerCase()), ...cancelAnswer('esc cancel')];
}

/** What the last line of the screen says while the question stands. */
export function actFooter({request, chosen}: ActQuestion): string {
	if (!chosen) return 'esc cancel';
	return needsNumber(chosen)
		? 'type the number, then y  esc cancel'
		: `y ${actVerb(request.act).toLowerCase()}  esc cancel`;
}

/** The field, and under it why it cannot be read or how it is written. */
export function changeLines({field, note}: ChangeQuestion, columns: number): readonly Line[] {
	const style: Style = note === '' ? faint : {color: 'yellow'};
	return [
		[span(` ${fieldText(field, columns - 2)}`, strong)],
		...wrapText(note === '' ? changeHint : safeText(note, {maxLength: 300}), columns)
			.slice(0, 2)
			.map((line): Line => [span(` ${line}`, style)]),
	];
}

export const changeAnswers: Line = [...answerKey('enter', 'go on'), ...cancelAnswer('esc cancel')];

/** The orders by their letters, as many on a line as fit; that of now with its direction. */
export function sortLines(
	{sort, isReversed}: Pick<ListState, 'sort' | 'isReversed'>,
	glyphs: Glyphs,
	columns: number,
): readonly Line[] {
	const arrow = isReversed ? glyphs.sortedUp : glyphs.sortedDown;
	const choices = sortChoices.map(choice =>
		answerKey(choice.key, choice.sort === sort ? `${choice.sort} ${arrow}` : `${choice.sort}  `),
	);
	const choiceColumns = 12;
	const perLine = Math.max(1, Math.floor(columns / choiceColumns));
	const lines: Line[] = [];
	for (let from = 0; from < choices.length; from += perLine) {
		const cells = choices.slice(from, from + perLine);
		lines.push(
			cells.flatMap(cell => {
				const used = cell.reduce((sum, {text}) => sum + [...text].length, 0);
				return [...cell, span(' '.repeat(Math.max(0, choiceColumns - used)))];
			}),
		);
	}

	return lines;
}
