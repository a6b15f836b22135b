import {editDistance} from '../domain/edit-distance.ts';

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
