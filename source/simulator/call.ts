import type {Exchange} from './exchange.ts';
import type {FaultName} from './fault.ts';

/** One request as the server saw it, reported when it is over. */
export type SimulatorCall = {
	readonly method: string;
	/** Without version and query: `/chat/completions`. */
	readonly path: string;
	/** The parsed JSON; undefined where there is none. */
	readonly body: unknown;
	/** Null: the client got no head of an answer. */
	readonly status: number | null;
	readonly fault: FaultName | null;
	/** How often this body has come, this time included; null for what no model answers. */
	readonly attempt: number | null;
	/** Milliseconds since the epoch. */
	readonly startedAtMs: number;
	readonly finishedAtMs: number;
	/** Requests under way when this one came, itself included. */
	readonly concurrency: number;
};

/** Call it when the request is over. */
export function describeCall(exchange: Exchange, startedAtMs: number, concurrency: number): SimulatorCall {
	const {request, response, path, notes} = exchange;
	return {
		method: request.method ?? '',
		path,
		...notes,
		status: response.headersSent ? response.statusCode : null,
		startedAtMs,
		finishedAtMs: Date.now(),
		concurrency,
	};
}
