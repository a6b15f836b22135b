import type {Asked} from '../domain/request.ts';

/** What a person can read of a prompt or a body; more would only fill memory and cross threads. */
const longestText = 200_000;

/** Base64 (RFC 4648) from here on is data, not an odd word. */
const longestBase64 = 200;
const shownOfBase64 = 24;

/** The prompt, or the messages one after the other with their roles. */
export function promptText(asked: Asked): string {
	return shorten(textOf('prompt' in asked ? asked.prompt : asked.messages));
}

/** Indented JSON, with base64 shortened. */
export function jsonText(value: unknown): string {
	return shorten(JSON.stringify(value, (_, inner) => shortenBase64(inner), 2) ?? '');
}

export function shorten(text: string): string {
	const left = text.length - longestText;
	return left > 0 ? `${text.slice(0, longestText)}… (${left} more characters)` : text;
}

function textOf(value: unknown): string {
	if (typeof value === 'string') {
		return value;
	}

	if (Array.isArray(value)) {
		return value.map(textOf).join('\n\n');
	}

	const {role, content} = (value ?? {}) as {readonly role?: unknown; readonly content?: unknown};
	return typeof role === 'string' ? `${role}: ${contentText(content)}` : jsonText(value);
}

/** A content is a text, or a list of parts of which those that are no text are shown as JSON. */
function contentText(content: unknown): string {
	if (!Array.isArray(content)) {
		return typeof content === 'string' ? content : jsonText(content);
	}

	return content.map(part => (typeof part?.text === 'string' ? part.text : jsonText(part))).join('\n');
}

function shortenBase64(value: unknown): unknown {
	if (typeof value !== 'string' || value.length <= longestBase64) {
		return value;
	}

	const start = value.startsWith('data:') ? value.indexOf(';base64,') + ';base64,'.length : 0;
	return /^[A-Za-z0-9+/_-]{160}/.test(value.slice(start, start + longestBase64))
		? `${value.slice(0, start + shownOfBase64)}… (${value.length - start} characters)`
		: value;
}
