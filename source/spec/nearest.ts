import {distance} from 'fastest-levenshtein';

/** The known name that takes the fewest edits, or null when nothing is known. */
export function nearest(name: string, known: Iterable<string>): string | null {
	let best: string | null = null;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const edits = distance(name.toLowerCase(), candidate.toLowerCase());
		if (edits < fewest) {
			best = candidate;
			fewest = edits;
		}
	}

	return best;
}

/** The nearest name if it is near enough to be what was meant. */
export function similar(name: string, known: Iterable<string>): string | null {
	const best = nearest(name, known);
	const limit = Math.max(1, Math.floor(name.length / 3));
	return best !== null && distance(name.toLowerCase(), best.toLowerCase()) <= limit ? best : null;
}
