import {fieldProblem, type ParamChange} from './param-change.ts';

/**
 * Reads what a person types: `max_tokens=512 stop=["a b"] model=gpt-4o seed=`. Values are JSON, anything else is
 * text; nothing behind the `=` takes the field out; quotes hold blanks together. A string says what is wrong.
 */
export function parseChange(text: string): ParamChange | string {
	let model: string | null = null;
	const body = new Map<string, unknown>();
	for (let at = skipBlanks(text, 0); at < text.length; at = skipBlanks(text, at)) {
		const [name] = /^[^\s=]*/.exec(text.slice(at))!;
		const valueAt = at + name.length + 1;
		if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
			return name === ''
				? 'no blanks around `=`: write max_tokens=512'
				: `\`${name}\` is no name of a field: write max_tokens=512`;
		}

		if (text[valueAt - 1] !== '=') {
			return `\`${name}\` has no value: write ${name}=VALUE, or ${name}= to take it out`;
		}

		if (body.has(name) || (name === 'model' && model !== null)) {
			return `\`${name}\` is there twice`;
		}

		const end = endOfValue(text, valueAt);
		const value = readValue(name, text.slice(valueAt, end));
		if ('problem' in value) {
			return value.problem;
		}

		if (name === 'model') {
			model = String(value.read ?? '');
		} else {
			body.set(name, value.read);
		}

		at = end;
	}

	return model === null && body.size === 0
		? 'nothing is changed: write for example max_tokens=512'
		: {model, body: Object.fromEntries(body)};
}

type Value = {readonly read: unknown} | {readonly problem: string};

function readValue(name: string, raw: string): Value {
	const read = name === 'model' && !isQuoted(raw) ? {read: raw} : readJson(name, raw);
	if ('problem' in read) {
		return read;
	}

	const problem = name === 'model' ? modelProblem(raw, read.read) : fieldProblem(name, read.read);
	return problem === null ? read : {problem};
}

function modelProblem(raw: string, model: unknown): string | null {
	if (typeof model !== 'string' || model.trim() === '') {
		return '`model` needs a name: write model=gpt-4o';
	}

	return raw.endsWith(',') ? commaProblem(raw) : null;
}

function readJson(name: string, raw: string): Value {
	if (raw === '') {
		return {read: null};
	}

	if (raw.length > 1 && raw.startsWith("'") && raw.endsWith("'")) {
		return {read: raw.slice(1, -1)};
	}

	try {
		const read: unknown = JSON.parse(raw);
		return read === Number.POSITIVE_INFINITY || read === Number.NEGATIVE_INFINITY
			? {problem: `the number of \`${name}\` is too large`}
			: {read};
	} catch {
		if (/^["'[{]/.test(raw)) {
			return {problem: `the value of \`${name}\` is no whole JSON: ${raw}`};
		}

		return raw.endsWith(',') ? {problem: commaProblem(raw)} : {read: raw};
	}
}

function commaProblem(raw: string): string {
	return `blanks stand between fields, no commas: \`${raw}\``;
}

function isQuoted(raw: string): boolean {
	return raw.startsWith('"') || raw.startsWith("'");
}

/** At the first blank that is neither in quotes nor in brackets, if the value begins with one of these. */
function endOfValue(text: string, start: number): number {
	const first = text[start] ?? '';
	const isJson = first === '[' || first === '{';
	let quote = '';
	let depth = 0;
	for (let at = start; at < text.length; at++) {
		const char = text[at]!;
		if (quote !== '') {
			at += char === '\\' && quote === '"' ? 1 : 0;
			quote = char === quote ? '' : quote;
		} else if (/\s/.test(char) && depth === 0) {
			return at;
		} else if (char === '"' ? isJson || at === start : char === "'" && at === start) {
			quote = char;
		} else if (isJson && /[[{\]}]/.test(char)) {
			depth += char === '[' || char === '{' ? 1 : -1;
		}
	}

	return text.length;
}

function skipBlanks(text: string, from: number): number {
	let at = from;
	while (at < text.length && /\s/.test(text[at]!)) {
		at++;
	}

	return at;
}
