import {sgrBetween} from './cell-style.ts';
import {type CursorPosition, moveCursor} from './cursor-move.ts';
import {changedCells} from './row-changes.ts';
import {readScreenRow, type ScreenRow} from './screen-row.ts';

/** Writes whole frames to a terminal, but only the cells that changed. */
export type ScreenWriter = {
	/**
	 * Shows a frame: rows separated by `\n`, styled with SGR. What lies beyond the screen is cut off, what the frame
	 * does not cover is blank. Returns the bytes written, 0 when nothing changed.
	 */
	draw(frame: string): number;
	/** The screen has another size now: the next draw writes every cell. */
	resize(columns: number, rows: number): void;
	/** Something else wrote to the screen: the next draw writes every cell. */
	repaint(): void;
};

/** A screen to write to, in the state that the terminal guard leaves it in: auto-wrap off, cursor hidden. */
export type ScreenWriterOptions = {
	/** Must write all of it, in order. Called at most once a draw. */
	readonly write: (data: string) => void;
	readonly columns: number;
	readonly rows: number;
	/** The terminal does not read UTF-8: any other character shows as `?`. */
	readonly isAsciiOnly?: boolean;
};

/** Up to this many blanks are written as such: erasing the line takes three bytes. */
const maxWrittenBlanks = 3;

/*
 * The screen is never cleared first, as a terminal without synchronised output would flicker: a full repaint is a
 * draw over rows of unknown content. Terminals disagree about the width of emoji and of clusters of several code
 * points, so behind one the cursor counts as lost, and what it may have covered is written again (row-changes.ts).
 */
export function createScreenWriter(options: ScreenWriterOptions): ScreenWriter {
	let {columns, rows} = options;
	/** What the terminal shows; undefined where unknown. */
	let screen: (ScreenRow | undefined)[] = [];
	let isLost = true;
	let cursor: CursorPosition = {column: null, row: null};
	let style = 0;
	let out = '';

	const moveTo = (column: number, row: number): void => {
		out += moveCursor(cursor, column, row);
		cursor = {column, row};
	};

	const restyle = (next: number): void => {
		out += sgrBetween(style, next);
		style = next;
	};

	const writeRow = (row: ScreenRow, y: number): void => {
		const changed = changedCells(screen[y], row);
		const last = changed.lastIndexOf(true);
		for (const [x, cluster] of row.clusters.entries()) {
			if (!changed[x] || !cluster) continue;
			if (x >= row.end && last - x >= maxWrittenBlanks) {
				moveTo(x, y);
				restyle(0);
				out += '\u001b[K';
				return;
			}

			moveTo(x, y);
			restyle(row.styles[x] ?? 0);
			const next = x + cluster.width;
			if (cluster.isSure) {
				out += cluster.text;
				// Behind the last column terminals differ in where the cursor is.
				cursor = {column: next < columns ? next : null, row: y};
			} else {
				// A terminal that draws it narrower must not leave what was there before.
				out += ' '.repeat(cluster.width);
				cursor = {column: null, row: y};
				moveTo(x, y);
				out += cluster.text;
				cursor = {column: null, row: y};
			}
		}
	};

	return {
		draw(frame) {
			out = '';
			if (isLost) {
				screen = [];
				cursor = {column: null, row: null};
				style = 0;
			}

			const lines = frame.split('\n');
			for (let y = 0; y < rows; y++) {
				const line = lines[y] ?? '';
				if (screen[y]?.line === line) continue;
				const row = readScreenRow(line, columns, options.isAsciiOnly ?? false);
				writeRow(row, y);
				screen[y] = row;
			}

			if (out === '') return 0;
			// Large enough to be seen half done, where the terminal does not know how to hold it back.
			const data = isLost ? `\u001b[?2026h\u001b[m${out}\u001b[?2026l` : out;
			// Stays so if the write fails: what arrived is then unknown.
			isLost = true;
			options.write(data);
			isLost = false;
			return Buffer.byteLength(data);
		},
		resize(newColumns, newRows) {
			columns = newColumns;
			rows = newRows;
			isLost = true;
		},
		repaint() {
			isLost = true;
		},
	};
}
