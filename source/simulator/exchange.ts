import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Batches} from './batch-registry.ts';
import type {BodyCounts} from './body-counts.ts';
import type {FaultName} from './fault.ts';
import type {FileStore} from './file-store.ts';
import {withoutVersion} from './model-routes.ts';
import type {RateWindow} from './rate-window.ts';
import type {SimulatorScript} from './script.ts';

/** Everything that lives as long as the server. */
export type Simulator = {
	readonly script: SimulatorScript;
	readonly counts: BodyCounts;
	readonly window: RateWindow;
	readonly files: FileStore;
	readonly batches: Batches;
	/** Since the start of the server, for `auth_after` and `quota_after`. */
	readonly seen: {requests: number; paidCalls: number};
};

/** What a handler finds out about a request, for `onCall`. */
export type CallNotes = {body: unknown; attempt: number | null; fault: FaultName | null};

/** One request and its answer. */
export type Exchange = {
	readonly simulator: Simulator;
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	/** Without version and query: `/chat/completions`. */
	readonly path: string;
	readonly query: URLSearchParams;
	readonly notes: CallNotes;
};

export function openExchange(
	simulator: Simulator,
	request: IncomingMessage,
	response: ServerResponse,
): Exchange {
	const url = request.url ?? '';
	const end = url.indexOf('?');
	return {
		simulator,
		request,
		response,
		path: withoutVersion(end === -1 ? url : url.slice(0, end)),
		query: new URLSearchParams(end === -1 ? '' : url.slice(end + 1)),
		notes: {body: undefined, attempt: null, fault: null},
	};
}
