import {shortestSecret} from './redact.ts';

type Variables = {readonly [name: string]: string | undefined};

/** What this process knows to be keys: those it reads for its calls, and whatever else the environment calls one. */
const known = new Set<string>();

/** Keys by the names of the best-known providers; what else looks like one cannot be told from an id. */
const looksLikeKey = /\b(?:sk-|gsk_|xai-|pplx-|hf_|AIza|tgp_v1_)[\w-]{16,}/g;

export function noteKey(key: string): void {
	if (key.length >= shortestSecret) {
		known.add(key);
	}
}

export function noteKeysOf(variables: Variables): void {
	for (const [name, value] of Object.entries(variables)) {
		if (/_API_?KEY|_ACCESS_?KEY|_SECRET|_TOKEN$/i.test(name)) {
			noteKey(value?.trim() ?? '');
		}
	}
}

/**
 * For what is said on the way out: a person types a key where its variable's name belongs, and an error that nobody
 * expected quotes whatever it was thrown over.
 */
export function withoutKeys(text: string): string {
	const cleaned = [...known].reduce((rest, key) => rest.replaceAll(key, '[redacted]'), text);
	return cleaned
		.replaceAll(looksLikeKey, '[redacted]')
		.replaceAll(/\bBearer\s+[^\s"'<>,;]+/gi, 'Bearer [redacted]')
		.replaceAll(/\/\/[^\s/?#@"']+@/g, '//[redacted]@');
}
