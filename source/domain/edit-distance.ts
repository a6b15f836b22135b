/** Levenshtein's: how many letters to add, to drop or to replace. With one row of the table. */
export function editDistance(from: string, to: string): number {
	const row = Array.from({length: to.length + 1}, (_, at) => at);
	for (let i = 1; i <= from.length; i++) {
		let diagonal = row[0]!;
		row[0] = i;
		for (let j = 1; j <= to.length; j++) {
			const substituted = diagonal + (from[i - 1] === to[j - 1] ? 0 : 1);
			diagonal = row[j]!;
			row[j] = Math.min(substituted, diagonal + 1, row[j - 1]! + 1);
		}
	}

	return row[to.length]!;
}
