import {editDistance} from '../domain/edit-distance.ts';

/** The known word that takes the fewest edits; letters that changed places (`modle`) are less than one. */
export function closestWord(word: string, known: readonly string[]): string {
	let best = known[0]!;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const isSlip = lettersOf(word) === lettersOf(candidate);
		const edits = candidate.startsWith(word) ? 0 : isSlip ? 0.5 : editDistance(word, candidate);
		if (edits < fewest) {
			best = candidate;
			fewest = edits;
		}
	}

	return best;
}

function lettersOf(word: string): string {
	return [...word].sort().join('');
}
