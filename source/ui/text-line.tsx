import {Text} from 'ink';
import {createContext, memo, useContext} from 'react';
import {isSameLine, type Line} from './line.ts';
import {defaultTheme, paint, type Theme} from './theme.ts';

/** Null with NO_COLOR: then words and glyphs alone say it. */
export const ColorContext = createContext<Theme | null>(defaultTheme);

/** One row of text. It is laid out again only when it looks different: layout is what a frame costs. */
export const TextLine = memo(
	({line}: {readonly line: Line}) => {
		const theme = useContext(ColorContext);
		return (
			<Text wrap="truncate">
				{line.map(({text, style}, position) => {
					const isPlain = !theme || !(style.color || style.bold || style.dim || style.inverse);
					if (isPlain) return text;
					return (
						<Text
							// biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
							key={position}
							{...(style.color ? {color: paint(style.color, theme)} : {})}
							bold={style.bold ?? false}
							dimColor={style.dim ?? false}
							inverse={style.inverse ?? false}
						>
							{text}
						</Text>
					);
				})}
			</Text>
		);
	},
	(before, after) => isSameLine(before.line, after.line),
);
