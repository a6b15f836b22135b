import type {Failure, FailureKind} from '../domain/failure.ts';

/** `rate_limit` as a person reads it: `rate limit`. */
export function kindWords(kind: FailureKind): string {
	return kind.replaceAll('_', ' ');
}

/** A cause as `causeOf` of the domain names it, for a person: `429 rate limit`, `503 server`, `timeout`. */
export function causeWords(cause: string): string {
	const [kind = '', status] = cause.split(' ');
	return withStatus(kindWords(kind as FailureKind), status === undefined ? null : Number(status));
}

/** A failure on one line, e.g. `429 rate_limit: slow down`. The message is raw: faces clean it. */
export function failureText({kind, status, message}: Failure): string {
	return `${withStatus(kind, status)}${message === '' ? '' : `: ${message}`}`;
}

/** The status of an answer that came is no news: only that of a refusal is shown. */
function withStatus(words: string, status: number | null): string {
	return status === null || status < 300 ? words : `${status} ${words}`;
}
