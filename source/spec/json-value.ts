/** A value of a typed table as JSON has it: dates as ISO text, bytes as base64, whole numbers exact or as text. */
export function jsonValue(value: unknown): unknown {
	switch (typeof value) {
		case 'bigint':
			return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
				? Number(value)
				: String(value);
		case 'number':
			return Number.isFinite(value) ? value : null;
		case 'object':
			return value === null ? null : jsonObject(value);
		case 'undefined':
			return null;
		default:
			return value;
	}
}

function jsonObject(value: object): unknown {
	if (value instanceof Date) {
		return Number.isNaN(value.getTime()) ? null : value.toISOString();
	}

	if (value instanceof Uint8Array) {
		return Buffer.from(value).toString('base64');
	}

	if (Array.isArray(value) || ArrayBuffer.isView(value)) {
		return Array.from(value as ArrayLike<unknown>, jsonValue);
	}

	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, jsonValue(item)]));
}
