/**
 * How much of their allowance answers use: counts of answers by twentieths of it, the last for those that used all.
 * From enough of them follows what the next ones will need.
 */
const shares = 20;

/** Before so many answers the assumption holds. */
const enoughAnswers = 50;

/** Assumed until enough was seen. */
export const assumedCompletion = 0.5;

export function emptyCompletion(): number[] {
	return Array.from({length: shares + 1}, () => 0);
}

export function noteCompletion(counts: number[], output: number, allowed: number | null): void {
	if (allowed !== null && allowed > 0) {
		const share = Math.min(shares, Math.floor((output / allowed) * shares));
		counts[share] = (counts[share] ?? 0) + 1;
	}
}

/** The part of the allowance that nine of ten answers stay within; null before 50 answers. */
export function learnedCompletion(counts: readonly number[]): number | null {
	let total = 0;
	for (let share = 0; share <= shares; share++) {
		total += counts[share] ?? 0;
	}

	if (total < enoughAnswers) {
		return null;
	}

	let seen = 0;
	for (let share = 0; share < shares; share++) {
		seen += counts[share] ?? 0;
		if (seen >= total * 0.9) {
			return (share + 1) / shares;
		}
	}

	return 1;
}

/** What a spec says, else what was learned, else the assumption. */
export function completionOf(given: number | null, counts: readonly number[]): number {
	return given ?? learnedCompletion(counts) ?? assumedCompletion;
}
