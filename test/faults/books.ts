import type {LedgerPrice} from '../cli/ledger-server.ts';
import type {Call, Witness} from './witness.ts';

/** One answer that the API billed. */
export type Sale = {
	readonly lane: 'direct' | 'batch';
	/** What was asked, as a key: model and messages. */
	readonly asked: string;
	/** The API's id of the request. */
	readonly requestId: string;
	/** The call that brought it; a later one for the same question is a second purchase. */
	readonly nth: number;
	readonly pico: bigint;
};

/** A question that left for the API, in a call or in an uploaded file. */
export type Asked = {readonly asked: string; readonly nth: number};

/** gpt-4o-mini, in picodollars per token. */
export const miniPrice: LedgerPrice = {
	direct: {input: 150_000n, cached: 75_000n, output: 600_000n},
	batch: {input: 75_000n, cached: 37_500n, output: 300_000n},
};

type Usage = {
	readonly prompt_tokens: number;
	readonly completion_tokens: number;
	readonly prompt_tokens_details?: {readonly cached_tokens?: number};
};

type Line = {readonly custom_id: string; readonly body: object};

type OutputLine = {
	readonly custom_id: string;
	readonly response: {
		readonly request_id: string;
		readonly status_code: number;
		readonly body: object;
	} | null;
};

/** Everything that was asked by the witness's log, in the order of the calls. */
export function questionsOf({calls}: Witness): readonly Asked[] {
	return calls.flatMap(call => {
		const bodies =
			call.kind === 'direct'
				? [jsonOf(call.body)]
				: call.kind === 'upload'
					? uploadedLines(call).map(({body}) => body)
					: [];
		return bodies.map(body => ({asked: keyOf(body), nth: call.nth}));
	});
}

/**
 * Everything that the API answered with a bill, by what it sent: direct answers, and the lines of output files when
 * they were first downloaded. Whether the program got it to the end makes no difference.
 */
export function salesOf({calls}: Witness, price: LedgerPrice): readonly Sale[] {
	const questions = new Map<string, string>();
	const sold = new Map<string, Sale>();
	for (const call of calls) {
		const {kind, nth, answered} = call;
		if (kind === 'upload') {
			for (const {custom_id: id, body} of uploadedLines(call)) {
				questions.set(id, keyOf(body));
			}
		}

		if (kind === 'direct' && answered?.status === 200) {
			const pico = billOf(jsonOf(answered.body), price.direct);
			const requestId = String(answered.headers['x-request-id'] ?? `call ${nth}`);
			if (pico !== null) {
				sold.set(requestId, {lane: 'direct', asked: keyOf(jsonOf(call.body)), requestId, nth, pico});
			}
		}

		for (const {custom_id: id, response} of kind === 'download' ? outputLines(answered?.body) : []) {
			const pico = response?.status_code === 200 ? billOf(response.body, price.batch) : null;
			if (response && pico !== null && !sold.has(response.request_id)) {
				const requestId = response.request_id;
				sold.set(requestId, {lane: 'batch', asked: questions.get(id) ?? id, requestId, nth, pico});
			}
		}
	}

	return [...sold.values()];
}

function billOf(body: unknown, rates: LedgerPrice['direct']): bigint | null {
	const {usage} = (body ?? {}) as {readonly usage?: Usage};
	if (!usage) {
		return null;
	}

	const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
	return (
		BigInt(usage.prompt_tokens - cached) * rates.input +
		BigInt(cached) * rates.cached +
		BigInt(usage.completion_tokens) * rates.output
	);
}

function keyOf(body: unknown): string {
	const {model, messages, prompt, input} = (body ?? {}) as Record<string, unknown>;
	return JSON.stringify([model, messages ?? prompt ?? input]);
}

function uploadedLines({body}: Call): readonly Line[] {
	return jsonLinesIn(body).filter(line => 'custom_id' in line) as unknown as readonly Line[];
}

function outputLines(body: Buffer | undefined): readonly OutputLine[] {
	return jsonLinesIn(body).filter(line => 'custom_id' in line) as unknown as readonly OutputLine[];
}

function jsonLinesIn(body: Buffer | undefined): readonly object[] {
	return (body?.toString() ?? '').split(/\r?\n/).flatMap(line => {
		const value = line.startsWith('{') ? jsonOf(line) : null;
		return value === null ? [] : [value as object];
	});
}

/** Null where it is none: scenarios spoil answers. */
function jsonOf(text: Buffer | string): unknown {
	try {
		return JSON.parse(text.toString());
	} catch {
		return null;
	}
}
