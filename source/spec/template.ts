import type {JsonObject} from '../domain/request.ts';

/** `braces` reads `{{name}}` and leaves every other brace alone; `python` reads `{name}` with `{{` as `{`. */
export type TemplateSyntax = 'braces' | 'python';

export type Placeholder = {
	/** As written, without padding: `name` or `a.b`. */
	readonly name: string;
	readonly path: readonly string[];
	/** Where it stands in the template. */
	readonly offset: number;
};

/** Compiled once, rendered a million times: literal texts with what stands between them. */
export type Template = {
	readonly raw: string;
	readonly literals: readonly string[];
	/** `placeholders[i]` stands between `literals[i]` and `literals[i + 1]`. */
	readonly placeholders: readonly Placeholder[];
};

export type Compiled =
	| {readonly kind: 'ok'; readonly template: Template}
	| {readonly kind: 'bad'; readonly problem: string; readonly fix: string; readonly offset: number};

const bracesPattern = /\{\{[ \t]*([\p{L}_][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}\p{M}\p{N}_-]+)*)[ \t]*\}\}/gu;
const pythonPattern = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

export function compileTemplate(raw: string, syntax: TemplateSyntax): Compiled {
	return syntax === 'braces' ? compileBraces(raw) : compilePython(raw);
}

function compileBraces(raw: string): Compiled {
	const literals: string[] = [];
	const placeholders: Placeholder[] = [];
	let end = 0;
	for (const match of raw.matchAll(bracesPattern)) {
		literals.push(raw.slice(end, match.index));
		placeholders.push(placeholder(match[1]!, match.index));
		end = match.index + match[0].length;
	}

	literals.push(raw.slice(end));
	return {kind: 'ok', template: {raw, literals, placeholders}};
}

function compilePython(raw: string): Compiled {
	const literals: string[] = [];
	const placeholders: Placeholder[] = [];
	let literal = '';
	let end = 0;
	for (const match of raw.matchAll(pythonPattern)) {
		const [token, name] = match;
		literal += raw.slice(end, match.index);
		end = match.index + token.length;
		if (token === '{{' || token === '}}') {
			literal += token[0];
		} else if (name === undefined) {
			const problem = `a single \`${token}\` in a python template`;
			return {kind: 'bad', problem, fix: `Write \`${token}${token}\` for a brace.`, offset: match.index};
		} else if (/[!:[\]]/.test(name) || name.trim() === '') {
			const problem = `\`${token}\` is not a name; formats, conversions and indexes are not supported`;
			return {kind: 'bad', problem, fix: 'Write {name} or {a.b}, and {{ for a brace.', offset: match.index};
		} else {
			literals.push(literal);
			literal = '';
			placeholders.push(placeholder(name.trim(), match.index));
		}
	}

	literals.push(literal + raw.slice(end));
	return {kind: 'ok', template: {raw, literals, placeholders}};
}

function placeholder(name: string, offset: number): Placeholder {
	return {name, path: name.split('.'), offset};
}

/** The text with every placeholder filled in. Values were checked before the run: a missing one is a bug. */
export function renderTemplate(
	{literals, placeholders}: Template,
	args: JsonObject,
	escapeValue: (text: string) => string = text => text,
): string {
	let text = literals[0]!;
	for (let i = 0; i < placeholders.length; i++) {
		text += escapeValue(placeholderText(placeholders[i]!, args)) + literals[i + 1]!;
	}

	return text;
}

/** What stands in the text for a placeholder. */
export function placeholderText(placeholder: Placeholder, args: JsonObject): string {
	const value = lookUp(args, placeholder);
	if (value === undefined || value === null) {
		throw new Error(`no value for ${placeholder.name}`);
	}

	return typeof value === 'string' ? value : valueText(value);
}

/** Of a template that is one placeholder and nothing else the value itself, of another one its text. */
export function rawValue(template: Template, args: JsonObject): unknown {
	const {literals, placeholders} = template;
	return placeholders.length === 1 && literals.every(literal => literal === '')
		? lookUp(args, placeholders[0]!)
		: renderTemplate(template, args);
}

/** The first placeholder without a value. */
export function missingPlaceholder({placeholders}: Template, args: JsonObject): Placeholder | null {
	return placeholders.find(item => (lookUp(args, item) ?? null) === null) ?? null;
}

function lookUp(args: JsonObject, {name, path}: Placeholder): unknown {
	if (Object.hasOwn(args, name)) {
		return args[name];
	}

	if (path.length === 1) {
		return undefined;
	}

	let value: unknown = args;
	for (const step of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
			return undefined;
		}

		value = (value as {readonly [key: string]: unknown})[step];
	}

	return value;
}

function valueText(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
