import {count} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import {type SampleView, sampleFacts} from '../../view/sample-view.ts';
import type {Glyphs} from '../glyphs.ts';
import {innerRowsOf, type Rect} from '../layout.ts';
import {faint, type Line, padEnd, span, strong} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';
import {wrapText} from '../wrap-text.ts';

export type SamplePaneProps = {
	readonly rect: Rect;
	readonly sample: SampleView;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

const labelColumns = 10;
const titles = {canary: '2 Canary', calibration: '2 Calibration'} as const;

/** What a sample came to. It takes the place of the calls in flight, of which there are none until a person goes on. */
export function SamplePane({rect, sample, isFocused, glyphs}: SamplePaneProps) {
	return (
		<Pane
			rect={rect}
			title={titles[sample.purpose]}
			isFocused={isFocused}
			lines={sampleLines(sample, innerColumns(rect), innerRowsOf(rect))}
			glyphs={glyphs}
		/>
	);
}

/** How to go on comes last, and is there in the smallest pane. */
export function sampleLines(sample: SampleView, columns: number, rows: number): readonly Line[] {
	const facts = sampleFacts(sample).flatMap(([label, text]) =>
		wrapText(safeText(text, {maxLength: 400}), Math.max(10, columns - labelColumns)).map(
			(line, number): Line => [
				span(` ${padEnd(number === 0 ? label : '', labelColumns - 1)}`, faint),
				span(line),
			],
		),
	);
	const long = ` goes on with the other ${count(sample.left)}`;
	const words = long.length + 2 > columns ? ` goes on, ${count(sample.left)} left` : long;
	const goOn: Line = [span(' p', strong), span(words)];
	return [...facts.slice(0, Math.max(0, rows - 1)), goOn];
}
