/** Where the terminal's cursor stands, from 0; null where we cannot know, as after a character of unsure width. */
export type CursorPosition = {readonly column: number | null; readonly row: number | null};

const csi = '\u001b[';

/** The shortest way to a place on the screen; empty when the cursor is there. Never scrolls. */
export function moveCursor(from: CursorPosition, column: number, row: number): string {
	if (from.row === row && from.column === column) return '';
	const ways = [column === 0 ? `${csi}${row === 0 ? '' : row + 1}H` : `${csi}${row + 1};${column + 1}H`];
	if (from.row === row) {
		ways.push(`${csi}${column + 1}G`);
		if (from.column !== null) ways.push(moveAlong(column - from.column));
	}

	if (from.row !== null) {
		const vertical = moveAcross(row - from.row);
		if (column === 0) ways.push(`\r${vertical}`);
		if (column === from.column) ways.push(vertical);
	}

	return ways.reduce((best, way) => (way.length < best.length ? way : best));
}

function moveAlong(columns: number): string {
	if (columns > 0) return `${csi}${count(columns)}C`;
	return columns > -4 ? '\b'.repeat(-columns) : `${csi}${-columns}D`;
}

function moveAcross(rows: number): string {
	if (rows === 0) return '';
	return rows > 0 ? `${csi}${count(rows)}B` : `${csi}${count(-rows)}A`;
}

/** 1 is what a terminal assumes. */
function count(steps: number): string {
	return steps === 1 ? '' : String(steps);
}
