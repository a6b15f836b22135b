import {type Cluster, clusters} from '../view/cells.ts';
import {applySgr, type CellStyle, showsOnBlank} from './cell-style.ts';

/** One row of a frame as cells, exactly as many as the screen has columns. */
export type ScreenRow = {
	/** The line that it was made from. */
	readonly line: string;
	/** What each cell shows; null where the character left of it reaches over it. */
	readonly clusters: readonly (Cluster | null)[];
	readonly styles: readonly CellStyle[];
	/** The first column after which everything is blank. */
	readonly end: number;
};

const blank: Cluster = {text: ' ', width: 1, isSure: true};
const ascii = /^[ -~]$/;
const substitute: Cluster = {text: '?', width: 1, isSure: true};

/** tmux joins what is drawn next, wherever it belongs, to a cell that ends with a joiner. */
const danglingJoiner = /\u200d(?!\p{Extended_Pictographic})/gu;

// SGR, then any other CSI, then the string sequences (OSC, DCS, …) up to their end, then short escapes.
const escapeSequence =
	/\u001b\[([\d;:]*)m|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

/**
 * Reads one line of a frame. Every line begins in the default style, as Ink closes its styles at line ends. Only
 * SGR is understood: other escape sequences and controls are dropped, so none can reach the terminal. A character
 * that does not fit wholly into `columns` becomes blank.
 *
 * @param isAsciiOnly for terminals that do not read UTF-8: any other character shows as `?`
 */
export function readScreenRow(line: string, columns: number, isAsciiOnly: boolean): ScreenRow {
	const cells: (Cluster | null)[] = [];
	const styles: CellStyle[] = [];
	let style: CellStyle = 0;
	let end = 0;

	const fill = (): void => {
		while (cells.length < columns) {
			cells.push(blank);
			styles.push(0);
		}
	};

	const add = (cluster: Cluster): void => {
		if (cells.length + cluster.width > columns) {
			fill();
			return;
		}

		const isBlank = cluster.text === ' ' && !showsOnBlank(style);
		for (let offset = 0; offset < cluster.width; offset++) {
			cells.push(offset === 0 ? cluster : null);
			styles.push(isBlank ? 0 : style);
		}

		if (!isBlank) end = cells.length;
	};

	const addText = (text: string): void => {
		for (const cluster of clusters(text.replace(danglingJoiner, ''))) {
			if (cells.length >= columns) return;
			if (cluster.width === 0) continue;
			if (!isAsciiOnly || ascii.test(cluster.text)) add(cluster);
			else for (let count = 0; count < cluster.width; count++) add(substitute);
		}
	};

	let read = 0;
	for (const match of line.matchAll(escapeSequence)) {
		addText(line.slice(read, match.index));
		read = match.index + match[0].length;
		if (match[1] !== undefined) style = applySgr(style, match[1]);
	}

	addText(line.slice(read));
	fill();
	return {line, clusters: cells, styles, end};
}
