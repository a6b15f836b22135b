/** What an error body says of itself. */
export type ErrorBody = {
	readonly code: string | null;
	readonly type: string | null;
	readonly message: string | null;
};

/**
 * Reads the error out of a parsed body. OpenAI wraps it as `{error: {message, type, code}}`; compatible servers
 * also send it bare, as a text, in a list (Gemini) or as `detail` (FastAPI).
 */
export function readErrorBody(body: unknown): ErrorBody {
	const outer = object(Array.isArray(body) ? body[0] : body);
	const error = object(outer.error);
	const fields = Object.keys(error).length > 0 ? error : outer;
	return {
		code: name(fields.code) ?? name(object(fields.innererror).code),
		type: name(fields.type),
		message: text(fields.message) ?? text(outer.error) ?? text(fields.detail),
	};
}

/** A code is a word. Some servers repeat the HTTP status there as a number. */
function name(value: unknown): string | null {
	return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) && !/^\d+$/.test(value) ? value : null;
}

function text(value: unknown): string | null {
	return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function object(value: unknown): {readonly [key: string]: unknown} {
	return typeof value === 'object' && value !== null ? (value as {readonly [key: string]: unknown}) : {};
}
