/** Deeper than any answer or row that means something, and far from where writing it again would end the stack. */
export const deepestNesting = 500;

/**
 * Whether a JSON value has lists and objects within each other beyond that. `JSON.parse` reads 200,000 levels from a
 * few hundred kilobytes, which `JSON.stringify` and every walk over them cannot take.
 */
export function isNestedTooDeeply(value: unknown, levelsLeft = deepestNesting): boolean {
	if (typeof value !== 'object' || value === null) {
		return false;
	}

	if (levelsLeft === 0) {
		return true;
	}

	if (Array.isArray(value)) {
		return value.some(item => isNestedTooDeeply(item, levelsLeft - 1));
	}

	for (const key in value) {
		if (isNestedTooDeeply((value as {readonly [key: string]: unknown})[key], levelsLeft - 1)) {
			return true;
		}
	}

	return false;
}
