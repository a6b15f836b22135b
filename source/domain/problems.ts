/** What a check found wrong: how much, and the first few in a sentence each. */
export type Problems = {
	count: number;
	readonly first: string[];
};

const mostTold = 5;

export function noProblems(): Problems {
	return {count: 0, first: []};
}

/** `null` is none. */
export function note(problems: Problems, sentence: string | null): void {
	if (sentence === null) {
		return;
	}

	problems.count++;
	if (problems.first.length < mostTold) {
		problems.first.push(sentence);
	}
}

/** What was found before does not count any more. */
export function forgive(problems: Problems): void {
	problems.count = 0;
	problems.first.length = 0;
}
