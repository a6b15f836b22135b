import {parseJson} from './verdict.ts';

/**
 * A body goes in as it is: writing it anew would cost more than all the rest. What does not begin like an object
 * could be mistaken for the JSON string that such a body becomes.
 */
export function asJson(raw: string): string {
	return raw.startsWith('{') && !raw.includes('\n') ? raw : JSON.stringify(raw);
}

export function extractBody(body: string): string {
	return body.startsWith('"') ? String(parseJson(body) ?? body) : body;
}
