import {Box} from 'ink';
import type {ReactNode} from 'react';
import type {Glyphs} from './glyphs.ts';
import {innerRowsOf, type Rect} from './layout.ts';
import {faint, fitLine, type Line, lineWidth, type Span, type Style, span, strong} from './line.ts';
import {TextLine} from './text-line.tsx';

/** Puts lines at a place of the screen. */
export function Placed({rect, children}: {readonly rect: Rect; readonly children: ReactNode}) {
	return (
		<Box
			position="absolute"
			flexDirection="column"
			flexShrink={0}
			marginLeft={rect.x}
			marginTop={rect.y}
			width={rect.columns}
			height={rect.rows}
		>
			{children}
		</Box>
	);
}

/** Lines without a border, each as wide as the rectangle. */
export function Lines({rect, lines}: {readonly rect: Rect; readonly lines: readonly Line[]}) {
	return (
		<Placed rect={rect}>
			{lines.slice(0, rect.rows).map((line, row) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
				<TextLine key={row} line={fitLine(line, rect.columns)} />
			))}
		</Placed>
	);
}

export type PaneProps = {
	readonly rect: Rect;
	/** `2 In flight`; in brackets when focused, as colour alone says nothing without colours. */
	readonly title: string;
	/** Beside the title. */
	readonly about?: Line;
	readonly isFocused: boolean;
	readonly lines: readonly Line[];
	readonly glyphs: Glyphs;
};

/** A box with its title in the upper border. Lines are clipped and padded to the inside. */
export function Pane({rect, title, about = [], isFocused, lines, glyphs}: PaneProps) {
	const {border} = glyphs;
	const edge: Style = isFocused ? {color: 'cyan'} : faint;
	const inside = rect.columns - 2;
	const heading: Line = [
		span(border.top, edge),
		span(isFocused ? `[${title}]` : ` ${title} `, isFocused ? {color: 'cyan', bold: true} : strong),
		...(about.length > 0 ? [span(' '), ...about, span(' ')] : []),
	];
	const rule = (columns: number): Span => span(border.top.repeat(Math.max(0, columns)), edge);
	const headingColumns = Math.min(lineWidth(heading), inside);
	const rows = Array.from({length: innerRowsOf(rect)}, (_, row) => fitLine(lines[row] ?? [], inside));
	return (
		<Placed rect={rect}>
			<TextLine
				line={[
					span(border.topLeft, edge),
					...fitLine(heading, headingColumns),
					rule(inside - headingColumns),
					span(border.topRight, edge),
				]}
			/>
			{rows.map((row, position) => (
				<TextLine
					// biome-ignore lint/suspicious/noArrayIndexKey: a row of the pane is its place
					key={position}
					line={[span(border.left, edge), ...row, span(border.right, edge)]}
				/>
			))}
			<TextLine line={[span(border.bottomLeft, edge), rule(inside), span(border.bottomRight, edge)]} />
		</Placed>
	);
}

/** Columns inside the borders. */
export function innerColumns(rect: Rect): number {
	return Math.max(0, rect.columns - 2);
}
