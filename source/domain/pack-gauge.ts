/** What one pack may hold. Null: no bound. */
export type PackLimits = {
	readonly items: number;
	/** Input tokens, instruction, schema and tags included. */
	readonly tokens: number | null;
	/** Output tokens that the model can write in one answer. */
	readonly output: number | null;
};

export type PackSize = {readonly tokens: number; readonly output: number};

/** A pack that is being filled. */
export type PackGauge = {
	/** Whether one more item fits; takes it in if so. */
	add(item: PackSize): boolean;
};

/**
 * The greedy rule, in the order of the spec: a pack closes when the next item would exceed a bound. Its first item
 * is in it whatever its size: who is too large for any pack goes alone.
 */
export function createPackGauge(limits: PackLimits, base: PackSize, lead: PackSize): PackGauge {
	let items = 1;
	let tokens = base.tokens + lead.tokens;
	let output = base.output + lead.output;
	return {
		add(item) {
			const fits =
				items < limits.items &&
				(limits.tokens === null || tokens + item.tokens <= limits.tokens) &&
				(limits.output === null || output + item.output <= limits.output);
			if (fits) {
				items++;
				tokens += item.tokens;
				output += item.output;
			}

			return fits;
		},
	};
}
