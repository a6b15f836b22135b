/** JSON with sorted keys: bodies that mean the same give the same text, in whatever order their keys came. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) {
		return `[${value.map(canonicalJson).join(',')}]`;
	}

	if (typeof value === 'object' && value !== null) {
		const fields = value as {readonly [key: string]: unknown};
		const members = Object.keys(fields)
			.sort()
			.map(key => `${JSON.stringify(key)}:${canonicalJson(fields[key])}`);
		return `{${members.join(',')}}`;
	}

	return JSON.stringify(value);
}
