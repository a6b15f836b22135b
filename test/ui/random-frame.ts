/** Characters whose width every terminal agrees on. */
const sure = ['a', 'b', 'Z', '0', '9', ' ', ' ', ' ', '│', '─', '█', 'é', '漢', '字', 'か', '한'];
/** Clusters that terminals count differently. */
const unsure = [
	'😀',
	'👨‍👩‍👧',
	'❤️‍🔥',
	'❤️',
	'🇩🇪',
	'👍🏽',
	'1️⃣',
	'e\u0301',
	'o\u0308\u0323',
	'⌚',
	'\u200b',
	'\u0301',
];
const styles = [
	'',
	'',
	'',
	'1',
	'2',
	'4',
	'7',
	'22',
	'24',
	'27',
	'31',
	'93',
	'39',
	'44',
	'101',
	'49',
	'1;32',
	'0',
];

function pick<T>(random: () => number, items: readonly T[]): T {
	return items[Math.floor(random() * items.length)]!;
}

function randomLine(random: () => number, columns: number, kind: 'sure' | 'any'): string {
	let line = '';
	// Every character takes at most two columns; those of unsure width may go beyond the edge.
	const length = Math.floor(random() * (kind === 'sure' ? columns / 2 : columns * 1.3));
	for (let index = 0; index < length; index++) {
		if (random() < 0.15)
			line += `\u001b[${pick(random, kind === 'any' ? [...styles, '38;5;200', '3'] : styles)}m`;
		const isUnsure = kind === 'any' && random() < 0.15;
		line += pick(random, isUnsure ? unsure : sure);
	}

	return line;
}

export function randomFrame(
	random: () => number,
	columns: number,
	rows: number,
	kind: 'sure' | 'any' = 'any',
): string {
	const height = kind === 'sure' ? rows : Math.floor(random() * (rows + 3));
	return Array.from({length: height}, () => randomLine(random, columns, kind)).join('\n');
}

/** The frame with some characters of some lines replaced, as a running dashboard changes. */
export function changedPart(random: () => number, frame: string, columns: number): string {
	return frame
		.split('\n')
		.map(line => {
			if (random() < 0.5) return line;
			if (random() < 0.2) return randomLine(random, columns, 'any');
			const parts = line.match(/\u001b\[[\d;]*m|\P{M}[\p{M}\u200d]*/gu) ?? [];
			return parts.map(part => (random() < 0.2 ? pick(random, [...sure, ...unsure]) : part)).join('');
		})
		.join('\n');
}
