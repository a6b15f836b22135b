/** Something that must not be. */
export type Finding = {readonly what: 'lost' | 'torn' | 'doubled' | 'wrong'; readonly message: string};

/** Gathers findings, so that one round tells all that is wrong with it. */
export type Findings = {
	readonly all: readonly Finding[];
	/** Puts it down unless it holds. */
	expect(holds: boolean, message: string, what?: Finding['what']): void;
};

export function createFindings(): Findings {
	const all: Finding[] = [];
	return {
		all,
		expect(holds, message, what = 'wrong') {
			if (!holds) {
				all.push({what, message});
			}
		},
	};
}
