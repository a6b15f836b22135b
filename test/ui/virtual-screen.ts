import xterm from '@xterm/headless';

/** A terminal emulator without a window, in the state that the terminal guard leaves a terminal in. */
export type VirtualScreen = {
	write(data: string): Promise<void>;
	resize(columns: number, rows: number): void;
	/** Text and visible style of every cell. */
	cells(): Promise<readonly (readonly string[])[]>;
	/** Rows as text, without trailing blanks. */
	rows(): Promise<readonly string[]>;
	readonly terminal: xterm.Terminal;
};

/** How a terminal counts columns: one code point at a time by an old table, or by whole clusters. */
export type WidthModel = 'unicode6' | 'clusters';

export function createVirtualScreen(
	columns: number,
	rows: number,
	model: WidthModel = 'clusters',
): VirtualScreen {
	const terminal = new xterm.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 50});
	if (model === 'clusters') {
		terminal.unicode.register(clusterWidths);
		terminal.unicode.activeVersion = clusterWidths.version;
	}

	const write = (data: string): Promise<void> => new Promise(resolve => terminal.write(data, resolve));
	void write('\u001b[?1049h\u001b[?7l');
	return {
		terminal,
		write,
		resize: (newColumns, newRows) => terminal.resize(newColumns, newRows),
		async cells() {
			await write('');
			const buffer = terminal.buffer.active;
			return Array.from({length: terminal.rows}, (_, y) =>
				Array.from({length: terminal.cols}, (_, x) =>
					describeCell(buffer.getLine(buffer.baseY + y)?.getCell(x)),
				),
			);
		},
		async rows() {
			await write('');
			const buffer = terminal.buffer.active;
			return Array.from(
				{length: terminal.rows},
				(_, y) =>
					buffer
						.getLine(buffer.baseY + y)
						?.translateToString()
						.trimEnd() ?? '',
			);
		},
	};
}

type Cell = NonNullable<ReturnType<NonNullable<ReturnType<xterm.IBuffer['getLine']>>['getCell']>>;

function describeCell(cell: Cell | undefined): string {
	if (!cell) return 'outside';
	const ground = `bg${cell.getBgColorMode()}:${cell.getBgColor()} u${cell.isUnderline()} i${cell.isInverse()}`;
	// Weight and colour of a blank cannot be seen.
	if (cell.getChars().trim() === '' && cell.getWidth() === 1) return `blank ${ground}`;
	const ink = `fg${cell.getFgColorMode()}:${cell.getFgColor()} b${cell.isBold()} d${cell.isDim()}`;
	return `${cell.getChars()}/${cell.getWidth()} ${ground} ${ink}`;
}

const joinsBefore = /^(?:\p{M}|\u200d|[\u{1f3fb}-\u{1f3ff}])$/u;
const emojiOrWide = /^[\p{Emoji_Presentation}\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]$/u;
const regional = /^[\u{1f1e6}-\u{1f1ff}]$/u;

/** In xterm's packing: kind (1 after a joiner, 2 after one regional indicator) << 3 | width << 1 | joins. */
const clusterWidths = {
	version: 'clusters',
	wcwidth: (codePoint: number): 0 | 1 | 2 => {
		const character = String.fromCodePoint(codePoint);
		if (joinsBefore.test(character) && !/\p{Emoji}/u.test(character)) return 0;
		return emojiOrWide.test(character) ? 2 : 1;
	},
	charProperties(codePoint: number, before: number): number {
		const character = String.fromCodePoint(codePoint);
		const [kind, width] = [before >> 3, (before >> 1) & 3];
		const isPair = kind === 2 && regional.test(character);
		if (before !== 0 && (joinsBefore.test(character) || kind === 1 || isPair)) {
			const isWide = width === 2 || kind === 1 || character === '\ufe0f';
			return ((character === '\u200d' ? 1 : 0) << 3) | ((isWide ? 2 : 1) << 1) | 1;
		}

		return ((regional.test(character) ? 2 : 0) << 3) | (clusterWidths.wcwidth(codePoint) << 1);
	},
};
