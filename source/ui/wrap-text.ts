import {clip} from '../view/cells.ts';

/** No cell takes more UTF-16 units: an emoji of eight joined parts has 32 on two columns. */
const unitsPerColumn = 16;

/** Breaks clean text into lines of at most `columns` cells, at a blank where there is one in the second half. */
export function wrapText(text: string, columns: number): readonly string[] {
	if (columns < 2) return [];
	return text.split('\n').flatMap(line => wrapLine(line, columns));
}

function wrapLine(line: string, columns: number): readonly string[] {
	const lines: string[] = [];
	let rest = line;
	for (;;) {
		// A line may be a whole answer long: only as much of it is looked at as one row can show.
		const beginning = rest.slice(0, columns * unitsPerColumn);
		const whole = clip(beginning, columns);
		// Nothing is left, or a cluster is wider than the row and would never get shorter.
		if (whole === rest || whole === '') return [...lines, whole];
		const blank = whole.lastIndexOf(' ');
		const isWordEnd = rest[whole.length] === ' ';
		const end = !isWordEnd && blank > columns / 2 ? blank : whole.length;
		lines.push(rest.slice(0, end));
		rest = rest.slice(rest[end] === ' ' ? end + 1 : end);
	}
}
