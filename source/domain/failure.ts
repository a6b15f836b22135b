export const failureKinds = [
	'rate_limit',
	'quota',
	'auth',
	'not_found',
	'invalid_request',
	'context_length',
	'content_filter',
	'refusal',
	'truncated',
	'schema',
	'server',
	'timeout',
	'network',
	'malformed',
	'expired',
	'missing',
	'cancelled',
	'task',
] as const;

export type FailureKind = (typeof failureKinds)[number];

/** Why an attempt did not give a result. `message` is text from outside: clean it before a terminal sees it. */
export type Failure = {
	readonly kind: FailureKind;
	/** HTTP status, or null when no answer came. */
	readonly status: number | null;
	/** The API's own error code. */
	readonly code: string | null;
	readonly message: string;
};

/** Alike failures have one cause: `server 503`, or the kind alone when no answer came. */
export function causeOf({kind, status}: Failure): string {
	return status === null ? kind : `${kind} ${status}`;
}

/**
 * What a failed attempt leads to. `retry` uses up one of `max_retries`; `wait` was refused by a limit or never
 * reached a server and uses up one of `max_waits`; `hold` stops the whole queue until a person acts and uses up
 * nothing; `requeue` goes again at once and uses up nothing, but only so often (an expired batch); `fail` ends the
 * request.
 */
export type Consequence = 'retry' | 'wait' | 'hold' | 'requeue' | 'fail';

/**
 * What becomes of an attempt by its kind of failure. `reached`: the request had gone out when it failed, so that
 * it may have been worked on.
 */
export function consequenceOf(failure: Failure, reached = true): Consequence {
	switch (failure.kind) {
		case 'rate_limit':
			return 'wait';
		case 'network':
			return reached ? 'retry' : 'wait';
		case 'quota':
		case 'auth':
			return 'hold';
		case 'not_found':
			// An unknown model or route is the same for every request of its queue.
			return 'hold';
		case 'server':
		case 'timeout':
		case 'malformed':
		case 'truncated':
		case 'schema':
			return 'retry';
		case 'expired':
		case 'missing':
			return 'requeue';
		case 'invalid_request':
		case 'context_length':
		case 'content_filter':
		case 'refusal':
		case 'cancelled':
		case 'task':
			return 'fail';
	}
}
