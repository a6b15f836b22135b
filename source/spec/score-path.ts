/** Keys and positions on the way into a JSON value. */
export type ScorePath = readonly (string | number)[];

const stepPattern = /\.?([\p{L}_][\p{L}\p{M}\p{N}_-]*)|\[(\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]/uy;

/** `label`, `a.b[0]`, `$.a["b c"]`: names and positions, no wildcards. Null when it is something else. */
export function parseScorePath(text: string): ScorePath | null {
	const steps: (string | number)[] = [];
	stepPattern.lastIndex = text.startsWith('$') ? 1 : 0;
	while (stepPattern.lastIndex < text.length) {
		const isFirst = stepPattern.lastIndex === 0;
		const match = stepPattern.exec(text);
		// A name needs its dot, save at the beginning.
		const isGlued = match !== null && match[1] !== undefined && !match[0].startsWith('.') && !isFirst;
		if (match === null || isGlued) {
			stepPattern.lastIndex = 0;
			return null;
		}

		const [, name, position, quoted = match[4]] = match;
		steps.push(position === undefined ? (name ?? quoted ?? '') : Number(position));
	}

	stepPattern.lastIndex = 0;
	return steps;
}

/** Undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: ScorePath): unknown {
	let found = value;
	for (const step of path) {
		if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) {
			return undefined;
		}

		found = (found as {readonly [key: string]: unknown})[step];
	}

	return found;
}
