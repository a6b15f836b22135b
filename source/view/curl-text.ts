import type {JsonObject} from '../domain/request.ts';

/** Where a call goes, without its key. */
export type CurlCall = {
	readonly url: string;
	/** The variable that holds the key; null: it is called without one. */
	readonly keyVariable: string | null;
	/** The header that carries it, as the API wants it. */
	readonly keyHeader: 'authorization' | 'api-key';
	/** Further headers, each with the variable that holds its value. */
	readonly headers: readonly {readonly name: string; readonly variable: string}[];
	readonly body: JsonObject;
};

const keyHeaders = {authorization: 'Authorization: Bearer', 'api-key': 'api-key:'} as const;

/** A call as a command for a POSIX shell, which fills the key in from its environment. */
export function curlText({url, keyVariable, keyHeader, headers, body}: CurlCall): string {
	return [
		`curl ${quoted(url)}`,
		...(keyVariable === null ? [] : [`-H "${keyHeaders[keyHeader]} ${reference(keyVariable)}"`]),
		...headers.map(({name, variable}) => `-H "${name}: ${reference(variable)}"`),
		"-H 'Content-Type: application/json'",
		`-d ${quoted(visibleJson(body))}`,
	].join(' \\\n  ');
}

/** A variable whose name the shell cannot take stands for itself: the person fills it in. */
function reference(variable: string): string {
	return /^[A-Za-z_]\w*$/.test(variable) ? `$${variable}` : '<key>';
}

function quoted(word: string): string {
	return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Controls and what reorders text as `\u` escapes, which say the same to JSON and nothing to a terminal. */
function visibleJson(body: JsonObject): string {
	return JSON.stringify(body).replaceAll(
		/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
		character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
}
