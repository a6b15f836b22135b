import type {Dispatcher} from 'undici';
import type {CallSignal} from '../domain/ports.ts';
import type {Deadlines, Overdue} from './deadlines.ts';
import type {ResponseHeaders} from './response-headers.ts';

/** What one POST came to. */
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
	readonly headers: Record<string, string>;
	readonly body: string;
	/** From now to the last byte of the answer. */
	readonly timeoutMs: number;
	/** The call's own: it has one listener. */
	readonly signal: CallSignal;
};

/** JavaScript strings end near 512 MB; the largest honest answer (2,048 embeddings) has about 130 MB. */
const longestAnswerBytes = 256_000_000;

/** Sends a request and reads the answer whole. Never rejects. */
export function exchange(request: ExchangeRequest, deadlines: Deadlines): Promise<Exchange> {
	if (request.signal.aborted) {
		return Promise.resolve({end: 'aborted', sent: false, status: null, headers: {}, text: '', error: null});
	}

	return new Promise(resolve => {
		const handler = new ExchangeHandler(request, deadlines, resolve);
		const {dispatcher, origin, path, headers, body} = request;
		dispatcher.dispatch({origin, path, method: 'POST', headers, body}, handler);
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
	readonly #signal: CallSignal;
	readonly #deadlines: Deadlines;

	constructor(request: ExchangeRequest, deadlines: Deadlines, resolve: (exchange: Exchange) => void) {
		this.timeoutMs = request.timeoutMs;
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

	onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
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
		this.#finish('expired', null);
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
