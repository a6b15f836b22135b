import type {Dispatcher} from 'undici';
import type {CallSignal} from '../domain/ports.ts';
import type {Deadlines, Overdue} from './deadlines.ts';
import type {ResponseHeaders} from './response-headers.ts';

/** What one HTTP request came to. */
export type Exchange = {
	/** `complete`: the whole body came. Else what ended it before that. */
	readonly end: 'complete' | 'expired' | 'aborted' | 'broken';
	/** The request began to go out, so a server may have worked on it. */
	readonly sent: boolean;
	/** Null until the status line came. */
	readonly status: number | null;
	readonly headers: ResponseHeaders;
	/** What came of the body. */
	readonly text: string;
	/** Why it broke. */
	readonly error: Error | null;
};

export type ExchangeRequest = {
	readonly dispatcher: Dispatcher;
	readonly origin: string;
	readonly path: string;
	readonly method: Dispatcher.HttpMethod;
	readonly headers: Record<string, string>;
	readonly body: string | AsyncIterable<Uint8Array> | null;
	/** From now to the last byte of the answer, or the longest silence with `isIdleTime`. */
	readonly timeoutMs: number;
	/** A large body takes as long as it takes while it moves, on its way there or back. */
	readonly isIdleTime?: boolean;
	/** Takes the body of a 2xx answer in place of `text`. */
	readonly sink?: Sink;
	/** The call's own: it has one listener. */
	readonly signal: CallSignal;
};

/** Takes a piece of a body; no more is read, and no time passes, before its promise resolves. It never rejects. */
export type Sink = (chunk: Buffer, headers: ResponseHeaders) => Promise<void> | null;

/** JavaScript strings end near 512 MB; the largest honest answer (2,048 embeddings) has about 130 MB. */
const longestAnswerBytes = 256_000_000;

/** Sends a request and reads the answer whole. Never rejects. */
export function exchange(request: ExchangeRequest, deadlines: Deadlines): Promise<Exchange> {
	if (request.signal.aborted) {
		return Promise.resolve({end: 'aborted', sent: false, status: null, headers: {}, text: '', error: null});
	}

	return new Promise(resolve => {
		const handler = new ExchangeHandler(request, deadlines, resolve);
		const {dispatcher, origin, path, method, headers, body} = request;
		const outgoing = typeof body === 'string' || body === null ? body : handler.watched(body);
		// undici takes iterables, also where its types do not say so.
		dispatcher.dispatch({origin, path, method, headers, body: outgoing as string | null}, handler);
	});
}

/** Owns one connection from the moment undici grants it until the answer is there. */
class ExchangeHandler implements Dispatcher.DispatchHandler, Overdue {
	readonly timeoutMs: number;
	#controller: Dispatcher.DispatchController | null = null;
	#status: number | null = null;
	#headers: ResponseHeaders = {};
	#chunks: Buffer[] = [];
	#bytes = 0;
	#resolve: ((exchange: Exchange) => void) | null;
	#isPaused = false;
	readonly #isIdleTime: boolean;
	readonly #sink: Sink | null;
	readonly #signal: CallSignal;
	readonly #deadlines: Deadlines;

	constructor(request: ExchangeRequest, deadlines: Deadlines, resolve: (exchange: Exchange) => void) {
		this.timeoutMs = request.timeoutMs;
		this.#isIdleTime = request.isIdleTime ?? false;
		this.#sink = request.sink ?? null;
		this.#signal = request.signal;
		this.#deadlines = deadlines;
		this.#resolve = resolve;
		deadlines.watch(this);
		this.#signal.addEventListener('abort', this);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		if (this.#resolve === null) {
			controller.abort(new Error('ended while it waited for a connection'));
			return;
		}

		this.#controller = controller;
	}

	onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
		if (status >= 200) {
			this.#status = status;
			this.#headers = headers;
		}
	}

	/** Each piece that goes out shows that the connection lives. */
	async *watched(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
		for await (const chunk of body) {
			this.#moved();
			yield chunk;
		}

		this.#moved();
	}

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
		this.#moved();
		if (this.#sink !== null && this.#status !== null && this.#status < 300) {
			const taken = this.#sink(chunk, this.#headers);
			if (taken !== null) {
				this.#pause(controller, taken);
			}

			return;
		}

		this.#chunks.push(chunk);
		this.#bytes += chunk.length;
		if (this.#bytes > longestAnswerBytes) {
			this.#chunks = [];
			controller.abort(new Error(`the answer is longer than ${longestAnswerBytes / 1e6} MB`));
		}
	}

	onResponseEnd(): void {
		this.#finish('complete', null);
	}

	onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
		this.#finish('broken', error);
	}

	/** The signal's abort. */
	handleEvent(): void {
		this.abort();
	}

	abort(): void {
		this.#finish('aborted', null);
	}

	expire(): void {
		if (this.#isPaused) {
			this.#deadlines.watch(this);
		} else {
			this.#finish('expired', null);
		}
	}

	#pause(controller: Dispatcher.DispatchController, taken: Promise<void>): void {
		this.#isPaused = true;
		controller.pause();
		taken.then(() => {
			this.#isPaused = false;
			this.#moved();
			controller.resume();
		});
	}

	#moved(): void {
		if (this.#isIdleTime && this.#resolve !== null) {
			this.#deadlines.watch(this);
		}
	}

	#finish(end: Exchange['end'], error: Error | null): void {
		const resolve = this.#resolve;
		if (resolve === null) {
			return;
		}

		this.#resolve = null;
		this.#deadlines.forget(this);
		this.#signal.removeEventListener('abort', this);
		resolve({
			end,
			sent: this.#controller !== null,
			status: this.#status,
			headers: this.#headers,
			text: textOf(this.#chunks),
			error,
		});
		this.#chunks = [];
		if (end === 'expired' || end === 'aborted') {
			this.#controller?.abort(new Error(end));
		}
	}
}

function textOf(chunks: readonly Buffer[]): string {
	const [first] = chunks;
	return first && chunks.length === 1 ? first.toString() : Buffer.concat(chunks).toString();
}
