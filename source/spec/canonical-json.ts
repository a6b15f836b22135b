/** JSON with sorted keys: equal data gives equal text. Undefined fields do not count. */
export function canonicalJson(value: unknown): string {
	if (typeof value !== 'object' || value === null) {
		return JSON.stringify(value) ?? 'null';
	}

	if (Array.isArray(value)) {
		return `[${value.map(canonicalJson).join(',')}]`;
	}

	const fields = Object.entries(value)
		.filter(([, field]) => field !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`);
	return `{${fields.join(',')}}`;
}
