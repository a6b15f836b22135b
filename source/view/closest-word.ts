/** The known word that takes the fewest edits; letters that changed places (`modle`) are less than one. */
export function closestWord(word: string, known: readonly string[]): string {
	let best = known[0]!;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const isSlip = lettersOf(word) === lettersOf(candidate);
		const edits = candidate.startsWith(word) ? 0 : isSlip ? 0.5 : editsBetween(word, candidate);
		if (edits < fewest) {
			best = candidate;
			fewest = edits;
		}
	}

	return best;
}

/** Levenshtein's distance, one row of the table at a time. */
function editsBetween(from: string, to: string): number {
	let row = Array.from({length: to.length + 1}, (_, position) => position);
	for (let above = 0; above < from.length; above++) {
		const next = [above + 1];
		for (let left = 0; left < to.length; left++) {
			const kept = row[left]! + (from[above] === to[left] ? 0 : 1);
			next.push(Math.min(kept, row[left + 1]! + 1, next[left]! + 1));
		}

		row = next;
	}

	return row[to.length]!;
}

function lettersOf(word: string): string {
	return [...word].sort().join('');
}
