/** Stands where a secret was. */
const removed = '[redacted]';

/** Shorter than this, a key (`none`, `EMPTY`, `ollama`) is a placeholder and also an ordinary word. */
export const shortestSecret = 12;

/**
 * Takes out of an error text whatever may be a key: the one in use, and what looks like one. Servers and proxies
 * quote requests back, and failures go to the journal, the log and the screen.
 */
export function redact(text: string, key: string | null): string {
	return withoutKey(text, key, 4)
		.replaceAll(/\bBearer\s+[^\s"'<>,;]+/gi, `Bearer ${removed}`)
		.replaceAll(/\bsk-[\w*.-]+/g, removed)
		.replaceAll(/\/\/[^\s/?#@"']+@/g, `//${removed}@`);
}

/** For answers, which are kept as they came: only the key itself, and only one that cannot be a mere word. */
export function redactKey(text: string, key: string | null): string {
	return withoutKey(text, key, shortestSecret);
}

function withoutKey(text: string, key: string | null, shortest: number): string {
	return key !== null && key.length >= shortest && text.includes(key) ? text.replaceAll(key, removed) : text;
}
