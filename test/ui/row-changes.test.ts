import {expect, it} from 'vitest';
import {changedCells} from '../../source/ui/row-changes.ts';
import {readScreenRow} from '../../source/ui/screen-row.ts';

/** The cells to write as `#`. */
function changes(before: string | null, after: string): string {
	const columns = 16;
	const row = (line: string) => readScreenRow(line, columns, false);
	return changedCells(before === null ? undefined : row(before), row(after))
		.map(changed => (changed ? '#' : '.'))
		.join('');
}

it.each([
	['nothing', 'same', 'same', '................'],
	['an unknown row', null, '', '################'],
	['a character', 'abc', 'axc', '.#..............'],
	['a style', 'abc', 'a\u001b[31mb\u001b[39mc', '.#..............'],
	['a small gap of ASCII', 'a1234b', 'x1234y', '######..........'],
	['not a larger one', 'a12345b', 'x12345y', '#.....#.........'],
	['not a gap in another style', 'a\u001b[1m12\u001b[mb', 'x\u001b[1m12\u001b[my', '#..#............'],
	['not a gap of many bytes', 'a█b', 'x█y', '#.#.............'],
	['a wide character wholly', 'a漢b', 'a字b', '.##.............'],
	['an unsure character that reaches no further than thought', 'a..漢漢漢', 'a😀漢漢漢', '.##.............'],
	['what an unsure character may have covered, wholly', 'a👨‍👩漢漢漢', 'a👩‍👩漢漢漢', '.######.........'],
])('finds %s', (_, before, after, expected) => {
	expect(changes(before, after)).toBe(expected);
});
