import {OpenAI} from 'openai';
import type {CallSignal} from '../domain/ports.ts';
import type {Connections} from './connections.ts';
import type {Deadlines} from './deadlines.ts';
import {type Exchange, type ExchangeRequest, exchange} from './exchange.ts';
import {createLeanFetch} from './lean-fetch.ts';

type FinalOptions = Parameters<OpenAI['buildRequest']>[0];
type BuiltRequest = Awaited<ReturnType<OpenAI['buildRequest']>>;
type FetchArguments = Parameters<OpenAI['fetchWithTimeout']>;

export type LeanClientOptions = {
	readonly baseUrl: string;
	readonly key: string | null;
	readonly headers: Readonly<Record<string, string>>;
	readonly connections: Connections;
	readonly deadlines: Deadlines;
};

/**
 * The SDK with a short cut. A hot route (one small JSON body there, one back, a thousand times a second) keeps the
 * SDK's address, headers and authentication, built once; what the SDK does per call beyond that (headers merged
 * and checked, an AbortController and a timer, a WHATWG Response) costs twice what undici needs for the call.
 * Every other route is the SDK's own.
 *
 * `buildRequest` and `fetchWithTimeout` are public in 6.49 but not documented: the version is pinned.
 */
export class LeanClient extends OpenAI {
	readonly #connections: Connections;
	readonly #deadlines: Deadlines;
	readonly #targets = new Map<string, HotTarget>();

	constructor({baseUrl, key, headers, connections, deadlines}: LeanClientOptions) {
		const {address, query} = splitQuery(baseUrl);
		super({
			baseURL: address,
			defaultQuery: query,
			// The SDK insists on a key; without one, the header that would carry it is taken out below.
			apiKey: key ?? 'none',
			// Null, not undefined: else it reads them from the environment and sends them anywhere.
			adminAPIKey: null,
			organization: null,
			project: null,
			webhookSecret: null,
			// Retries are the engine's: the SDK sleeps in the slot and retries an exhausted quota.
			maxRetries: 0,
			logLevel: 'off',
			fetch: createLeanFetch(connections),
		});
		// Set here and not above, where OPENAI_CUSTOM_HEADERS of the environment would be merged into it.
		this._options.defaultHeaders = {
			...(key === null ? {Authorization: null} : {}),
			'User-Agent': 'promptbatch-tui',
			...headers,
		};
		this.#connections = connections;
		this.#deadlines = deadlines;
	}

	/** Sends a body over the short cut. Never rejects for what a server or a network can do. */
	async exchange(path: string, body: unknown, timeoutMs: number, signal: CallSignal): Promise<Exchange> {
		const call: HotCall = {body, timeoutMs, signal};
		const response = await this.post(path, {__metadata: {call}}).asResponse();
		return (response as unknown as HotResponse).exchange;
	}

	override async buildRequest(
		options: FinalOptions,
		context?: {readonly retryCount?: number},
	): Promise<BuiltRequest> {
		const call = options.__metadata?.call as HotCall | undefined;
		if (!call) {
			return super.buildRequest(options, context);
		}

		const target = this.#targets.get(options.path) ?? (await this.#prepare(options.path));
		const req: HotRequest = {method: 'post', target, call};
		return {req: req as unknown as BuiltRequest['req'], url: target.path, timeout: call.timeoutMs};
	}

	override async fetchWithTimeout(...fetchArguments: FetchArguments): Promise<Response> {
		const {target, call} = (fetchArguments[1] ?? {}) as Partial<HotRequest>;
		if (!target || !call) {
			return super.fetchWithTimeout(...fetchArguments);
		}

		const {body, timeoutMs, signal} = call;
		const request = {...target, body: JSON.stringify(body), timeoutMs, signal};
		const response: HotResponse = {
			ok: true,
			status: 0,
			headers: noHeaders,
			exchange: await exchange(request, this.#deadlines),
		};
		return response as unknown as Response;
	}

	/** What all calls of a hot route share, as the SDK would send it. */
	async #prepare(path: string): Promise<HotTarget> {
		const {req, url} = await super.buildRequest({method: 'post', path, body: {}});
		const {origin, pathname, search} = new URL(url);
		const headers = Object.fromEntries([...req.headers].filter(([name]) => !name.startsWith('x-stainless-')));
		const target = {dispatcher: this.#connections.to(origin), origin, path: pathname + search, headers};
		this.#targets.set(path, target);
		return target;
	}
}

type HotTarget = Pick<ExchangeRequest, 'dispatcher' | 'origin' | 'path' | 'headers'>;

/** Goes through the SDK as metadata: what it does not know of, it neither copies nor wraps. */
type HotCall = Pick<ExchangeRequest, 'timeoutMs' | 'signal'> & {readonly body: unknown};

/** Goes through the SDK in place of its `RequestInit`. */
type HotRequest = {readonly method: 'post'; readonly target: HotTarget; readonly call: HotCall};

/**
 * Comes back through the SDK in place of a `Response`; has what it looks at. Always `ok`: the SDK would reduce
 * another status to an APIError and lose the body's text.
 */
type HotResponse = {
	readonly ok: true;
	readonly status: 0;
	readonly headers: {entries(): readonly never[]};
	readonly exchange: Exchange;
};

const noHeaders = {entries: () => []};

/** The SDK appends a route to the base URL as text, so a query (Azure's `api-version`) has to be taken off. */
function splitQuery(baseUrl: string): {address: string; query: Record<string, string>} {
	const url = new URL(baseUrl);
	const query = Object.fromEntries(url.searchParams);
	url.search = '';
	return {address: url.href, query};
}
