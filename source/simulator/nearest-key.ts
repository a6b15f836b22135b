/** The known key with the fewest typing mistakes between it and `key`; null when none is near. */
export function nearestKey(key: string, known: readonly string[]): string | null {
	let nearest: string | null = null;
	let fewest = Math.max(2, Math.floor(key.length / 2)) + 1;
	for (const candidate of known) {
		const mistakes = editDistance(key, candidate);
		if (mistakes < fewest) {
			fewest = mistakes;
			nearest = candidate;
		}
	}

	return nearest;
}

/** Levenshtein's, with one row of the table. */
function editDistance(from: string, to: string): number {
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
