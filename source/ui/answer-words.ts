import {type Line, span} from './line.ts';

/** A key of an answer and what it does. */
export function answerKey(name: string, label: string): Line {
	return [span(`  ${name}`, {color: 'cyan', bold: true}), span(` ${label}`)];
}

/** The answer that has the focus: `enter` gives it, as `esc` does. */
export function cancelAnswer(label: string): Line {
	return [span('  '), span(`[${label}]`, {inverse: true, bold: true})];
}
