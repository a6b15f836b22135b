const longestQuote = 40;

/** A value as a person would name it: `the text "fast"`, `the number 5`, `a list`. */
export function describeValue(value: unknown): string {
	if (value === null || value === undefined) {
		return 'nothing';
	}

	if (Array.isArray(value)) {
		return 'a list';
	}

	switch (typeof value) {
		case 'string':
			return `the text ${JSON.stringify(shorten(value))}`;
		case 'number':
			return `the number ${value}`;
		case 'boolean':
			return String(value);
		default:
			return 'a map';
	}
}

export function shorten(text: string, longest = longestQuote): string {
	return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

/** `a, b or c`. */
export function orList(words: readonly string[]): string {
	return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** `prompts[0].content`, as it would be written in code. */
export function pathText(path: readonly PropertyKey[]): string {
	return path.reduce<string>(
		(text, step) =>
			typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${String(step)}`,
		'',
	);
}
