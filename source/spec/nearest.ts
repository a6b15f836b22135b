import {distance} from 'fastest-levenshtein';

/** The known name that takes the likeliest slip, or null when nothing is known. */
export function nearest(name: string, known: Iterable<string>): string | null {
	let best: string | null = null;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of known) {
		const slips = slipsBetween(name, candidate);
		if (slips < fewest) {
			best = candidate;
			fewest = slips;
		}
	}

	return best;
}

/** The nearest name if it is near enough to be what was meant. */
export function similar(name: string, known: Iterable<string>): string | null {
	const best = nearest(name, known);
	const limit = Math.max(1, Math.floor(name.length / 3));
	return best !== null && slipsBetween(name, best) <= limit ? best : null;
}

/** Edits; letters that changed places (`modle`) and a name cut short (`conc`) are likelier than any one edit. */
function slipsBetween(name: string, candidate: string): number {
	const [wrong, right] = [name.toLowerCase(), candidate.toLowerCase()];
	const isSlip = lettersOf(wrong) === lettersOf(right) || (wrong.length > 2 && right.startsWith(wrong));
	return Math.min(distance(wrong, right), isSlip ? 0.5 : Number.POSITIVE_INFINITY);
}

function lettersOf(name: string): string {
	return [...name].sort().join('');
}
