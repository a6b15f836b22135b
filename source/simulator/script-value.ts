const unitMs: {readonly [unit: string]: number} = {ms: 1, s: 1000, m: 60_000, h: 3_600_000};

/** Each reader gives null for a value that is not of its kind. */
export function parseWhole(text: string): number | null {
	const value = Number(text);
	return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : null;
}

/** `5%`, `0.5%` or `5`. */
export function parsePercent(text: string): number | null {
	const match = /^(\d+(?:\.\d+)?)%?$/.exec(text);
	const percent = Number(match?.[1]);
	return match && percent <= 100 ? percent : null;
}

/** `200ms`, `1s`, `1.5s`, `2m`; only 0 needs no unit. */
export function parseDurationMs(text: string): number | null {
	const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
	if (!match) {
		return null;
	}

	const amount = Number(match[1]);
	const unit = match[2];
	return unit ? amount * unitMs[unit]! : amount === 0 ? 0 : null;
}

/** `200ms` or `50..400ms`; the first number takes the unit of the second when it has none. */
export function parseDurationRangeMs(text: string): {readonly min: number; readonly max: number} | null {
	const [first, second, ...rest] = text.split('..');
	if (second === undefined) {
		const fixed = parseDurationMs(text);
		return fixed === null ? null : {min: fixed, max: fixed};
	}

	const unit = /[a-z]+$/.exec(second)?.[0] ?? '';
	const min = parseDurationMs(first!) ?? parseDurationMs(`${first}${unit}`);
	const max = parseDurationMs(second);
	return rest.length > 0 || min === null || max === null || min > max ? null : {min, max};
}

/** A key alone, or `=true` and `=false`. */
export function parseFlag(text: string): boolean | null {
	return text === '' || text === 'true' ? true : text === 'false' ? false : null;
}
