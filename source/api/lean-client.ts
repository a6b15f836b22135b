import {type APIPromise, OpenAI} from 'openai';
import type {CallSignal} from '../domain/ports.ts';
import type {ProviderProfile} from '../domain/provider.ts';
import type {Connections} from './connections.ts';
import type {Deadlines} from './deadlines.ts';
import {type Exchange, type ExchangeRequest, exchange} from './exchange.ts';

type FinalOptions = Parameters<OpenAI['buildRequest']>[0];
type BuiltRequest = Awaited<ReturnType<OpenAI['buildRequest']>>;
type FetchArguments = Parameters<OpenAI['fetchWithTimeout']>;
export type SdkOptions = Awaited<NonNullable<Parameters<OpenAI['get']>[1]>>;

export type LeanClientOptions = {
	readonly baseUrl: string;
	readonly key: string | null;
	readonly keyHeader: ProviderProfile['keyHeader'];
	readonly headers: Readonly<Record<string, string>>;
	readonly connections: Connections;
	readonly deadlines: Deadlines;
};

/**
 * The SDK without its transport: it knows the addresses, headers, authentication and types of the API, and we send
 * what it builds over our own connections, so that every lane gets the same account of what happened. The SDK's own
 * way buffers uploads, loses the text of an error, cannot tell what has been sent and reads a cut body as a bug.
 *
 * A hot route (one small JSON body there, one back, a thousand times a second) has its address and headers built
 * once; what the SDK does per call beyond that costs twice what undici needs for the call.
 *
 * `buildRequest` and `fetchWithTimeout` are public in 6.49 but not documented: the version is pinned.
 */
export class LeanClient extends OpenAI {
	readonly #connections: Connections;
	readonly #deadlines: Deadlines;
	readonly #targets = new Map<string, Target>();

	constructor({baseUrl, key, keyHeader, headers, connections, deadlines}: LeanClientOptions) {
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
			fetch: noFetch,
		});
		// Set here and not above, where OPENAI_CUSTOM_HEADERS of the environment would be merged into it.
		this._options.defaultHeaders = {
			...(key === null || keyHeader !== 'authorization' ? {Authorization: null} : {}),
			...(key !== null && keyHeader !== 'authorization' ? {[keyHeader]: key} : {}),
			'User-Agent': 'promptbatch-tui',
			...headers,
		};
		this.#connections = connections;
		this.#deadlines = deadlines;
	}

	/** Sends a body over the short cut. Never rejects for what a server or a network can do. */
	async exchange(path: string, body: unknown, timeoutMs: number, signal: CallSignal): Promise<Exchange> {
		const call: HotCall = {body, timeoutMs, signal};
		return exchangeIn(await this.post(path, {__metadata: {call}}).asResponse());
	}

	/**
	 * Sends what a method of the SDK asks for: `exchangeOf(options => client.batches.retrieve(id, options), call)`.
	 * Never rejects for what a server or a network can do.
	 */
	async exchangeOf(ask: (options: SdkOptions) => APIPromise<unknown>, call: AnyCall): Promise<Exchange> {
		return exchangeIn(await ask({__metadata: {anyCall: call}}).asResponse());
	}

	override async buildRequest(
		options: FinalOptions,
		context?: {readonly retryCount?: number},
	): Promise<BuiltRequest> {
		const {call, anyCall} = (options.__metadata ?? {}) as {
			readonly call?: HotCall;
			readonly anyCall?: AnyCall;
		};
		if (call) {
			const {body, timeoutMs, signal} = call;
			const target = this.#targets.get(options.path) ?? (await this.#prepare(options.path));
			return inPlace({...target, body: JSON.stringify(body), timeoutMs, signal});
		}

		const built = await super.buildRequest(options, context);
		if (!anyCall) {
			return built;
		}

		const body = anyCall.body ?? (built.req.body as string | undefined) ?? null;
		return inPlace({...this.#targetOf(built), ...anyCall, body});
	}

	override async fetchWithTimeout(...fetchArguments: FetchArguments): Promise<Response> {
		const {request} = (fetchArguments[1] ?? {}) as Partial<RequestInPlace>;
		if (!request) {
			return super.fetchWithTimeout(...fetchArguments);
		}

		const response: ResponseInPlace = {
			ok: true,
			status: 0,
			headers: noHeaders,
			exchange: await exchange(request, this.#deadlines),
		};
		return response as unknown as Response;
	}

	/** What all calls of a hot route share, as the SDK would send it. */
	async #prepare(path: string): Promise<Target> {
		const target = this.#targetOf(await super.buildRequest({method: 'post', path, body: {}}));
		this.#targets.set(path, target);
		return target;
	}

	#targetOf({req, url}: BuiltRequest): Target {
		const {origin, pathname, search} = new URL(url);
		return {
			dispatcher: this.#connections.to(origin),
			origin,
			path: pathname + search,
			method: (req.method ?? 'get').toUpperCase() as Target['method'],
			headers: Object.fromEntries([...req.headers].filter(([name]) => !name.startsWith('x-stainless-'))),
		};
	}
}

/** How a call is made and watched. A `body` takes the place of the SDK's. */
export type AnyCall = Pick<ExchangeRequest, 'timeoutMs' | 'signal' | 'isIdleTime' | 'sink'> & {
	readonly body?: AsyncIterable<Uint8Array>;
};

type Target = Pick<ExchangeRequest, 'dispatcher' | 'origin' | 'path' | 'method' | 'headers'>;

/** Goes through the SDK as metadata: what it does not know of, it neither copies nor wraps. */
type HotCall = Pick<ExchangeRequest, 'timeoutMs' | 'signal'> & {readonly body: unknown};

/** Goes through the SDK in place of its `RequestInit`. */
type RequestInPlace = {readonly method: string; readonly request: ExchangeRequest};

function inPlace(request: ExchangeRequest): BuiltRequest {
	const req: RequestInPlace = {method: request.method, request};
	return {req: req as unknown as BuiltRequest['req'], url: request.path, timeout: request.timeoutMs};
}

/**
 * Comes back through the SDK in place of a `Response`; has what it looks at. Always `ok`: the SDK would reduce
 * another status to an APIError and lose the body's text.
 */
type ResponseInPlace = {
	readonly ok: true;
	readonly status: 0;
	readonly headers: {entries(): readonly never[]};
	readonly exchange: Exchange;
};

const noHeaders = {entries: () => []};

function exchangeIn(response: Response): Exchange {
	return (response as unknown as ResponseInPlace).exchange;
}

/** Without one, the SDK takes the global `fetch`, which follows redirects and knows none of our limits. */
async function noFetch(): Promise<never> {
	throw new Error('every call goes through exchange()');
}

/** The SDK appends a route to the base URL as text, so a query (Azure's `api-version`) has to be taken off. */
function splitQuery(baseUrl: string): {address: string; query: Record<string, string>} {
	const url = new URL(baseUrl);
	const query = Object.fromEntries(url.searchParams);
	url.search = '';
	return {address: url.href, query};
}
