/** One answer of a vote. */
export type Ballot = {
	/** What makes answers equal. */
	readonly label: string;
	/** False: the model said that it was not sure. */
	readonly isConfident: boolean;
};

/** What one label got. */
export type VoteCount = {
	readonly label: string;
	readonly count: number;
	readonly weight: number;
};

/** Weights of BatchPrompt (arXiv 2309.00384): an answer that is not sure of itself counts for a fifth. */
const confidentWeight = 1;
const unsureWeight = 0.2;

/** The labels by weight, the heaviest first; of equal ones the one with more ballots, then the one that came first. */
export function countVotes(ballots: readonly Ballot[]): readonly VoteCount[] {
	const counts = new Map<string, {label: string; count: number; tenths: number}>();
	for (const {label, isConfident} of ballots) {
		const votes = counts.get(label) ?? {label, count: 0, tenths: 0};
		counts.set(label, votes);
		votes.count++;
		// In tenths, as five times 0.2 is not 1.
		votes.tenths += (isConfident ? confidentWeight : unsureWeight) * 10;
	}

	return [...counts.values()]
		.sort((a, b) => b.tenths - a.tenths || b.count - a.count)
		.map(({label, count, tenths}) => ({label, count, weight: tenths / 10}));
}

/** Two rounds in a row gave the same, both confident: further ones are not worth their cost. */
export function isSettled(ballots: readonly Ballot[]): boolean {
	const [before, last] = ballots.slice(-2);
	return (
		before !== undefined &&
		last !== undefined &&
		before.label === last.label &&
		before.isConfident &&
		last.isConfident
	);
}
