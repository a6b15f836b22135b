import type {RunSnapshot} from '../view/snapshot.ts';
import type {Glyphs} from './glyphs.ts';
import {innerRowsOf, type Rect} from './layout.ts';
import {innerColumns, Pane} from './pane.tsx';
import type {Question} from './question.ts';
import {questionLines, questionTitles} from './question-lines.ts';

export type QuestionPaneProps = {
	readonly rect: Rect;
	readonly question: Question;
	readonly snapshot: RunSnapshot;
	readonly glyphs: Glyphs;
};

/** Asks before something that cannot be taken back. */
export function QuestionPane({rect, question, snapshot, glyphs}: QuestionPaneProps) {
	const size = {columns: innerColumns(rect) - 2, rows: innerRowsOf(rect)};
	const lines = questionLines(question, snapshot, size);
	return <Pane rect={rect} title={questionTitles[question.kind]} isFocused lines={lines} glyphs={glyphs} />;
}
