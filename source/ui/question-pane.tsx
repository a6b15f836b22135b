import {innerRowsOf, type Rect} from './layout.ts';
import {innerColumns, Pane} from './pane.tsx';
import type {Question} from './question.ts';
import {type QuestionContext, questionLines, questionTitle} from './question-lines.ts';

export type QuestionPaneProps = QuestionContext & {
	readonly rect: Rect;
	readonly question: Question;
};

/** Asks before something that cannot be taken back. */
export function QuestionPane({rect, question, ...context}: QuestionPaneProps) {
	const size = {columns: innerColumns(rect) - 2, rows: innerRowsOf(rect)};
	const lines = questionLines(question, context, size);
	return <Pane rect={rect} title={questionTitle(question)} isFocused lines={lines} glyphs={context.glyphs} />;
}
