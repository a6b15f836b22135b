import {type Received, scriptedServer} from '../api/scripted-server.ts';
import {createLedgerBatches, type LedgerBatches, send} from './ledger-batches.ts';

/** Tokens that the server says it used, and bills. */
export type Billed = {
	/** Of the completion that it paid for. */
	readonly id: string;
	readonly lane: 'direct' | 'batch';
	readonly input: number;
	readonly cached: number;
	readonly output: number;
};

export type Body = {
	readonly model: string;
	readonly messages: readonly {readonly content: string}[];
	readonly max_tokens: number;
	readonly n?: number;
};

/** How a call, or a line of a batch, ends. */
export type Answer =
	| {
			readonly input: number;
			readonly cached?: number;
			readonly output: number;
			readonly finish?: string;
			/** The answer does not tell its usage. */
			readonly silent?: boolean;
	  }
	/** Refused, and not billed. */
	| {readonly status: number; readonly error: object; readonly headers?: Record<string, string>}
	/** Billed, and the answer never arrives. */
	| {readonly cut: Omit<Billed, 'lane' | 'id'>};

export type LedgerScript = {
	/** `time` counts from 1 how often the server saw this prompt, in either lane. */
	readonly answer: (body: Body, lane: Billed['lane'], time: number) => Answer;
	/** From the creation of a batch to its end. Default 300. */
	readonly batchMs?: number;
	/** A refusal of the creation that would be the nth, counted from 1; null to let it pass. */
	readonly create?: (nth: number) => {readonly status: number; readonly error: object} | null;
	/** False: the API loses the output of the batch that has just ended. */
	readonly keepsOutput?: () => boolean;
	/** So many lines of the first batch never finish: it stands until it is cancelled. */
	readonly stuck?: number;
	/** Time before a direct answer. Default 5. */
	readonly latencyMs?: number;
};

/** An API over loopback that bills what the test dictates, and keeps its own books. */
export type LedgerServer = {
	readonly url: string;
	/** In the order of billing. */
	readonly billed: readonly Billed[];
	/** Prompts and lanes of all calls and lines, answered or not. */
	readonly seen: readonly {readonly lane: Billed['lane']; readonly prompt: string}[];
	/** Called after every billing. */
	onBilled: () => void;
	readonly batches: LedgerBatches;
	readonly received: readonly Received[];
	/** Arrivals of calls to the direct lane. */
	calls(): number;
};

export async function ledgerServer(script: LedgerScript): Promise<LedgerServer> {
	const billed: Billed[] = [];
	const seen: LedgerServer['seen'][number][] = [];
	const times = new Map<string, number>();
	let calls = 0;

	function bill(
		lane: Billed['lane'],
		{input, cached = 0, output}: Omit<Billed, 'lane' | 'id' | 'cached'> & {cached?: number},
	): string {
		const id = `chatcmpl-${billed.length + 1}`;
		billed.push({id, lane, input, cached, output});
		server.onBilled();
		return id;
	}

	/** Null: billed, and the answer is lost. */
	function answer(
		body: Body,
		lane: Billed['lane'],
	): {readonly status: number; readonly body: object; readonly headers?: Record<string, string>} | null {
		const prompt = body.messages.map(({content}) => content).join('\n');
		const key = `${body.n ?? 1} ${prompt}`;
		times.set(key, (times.get(key) ?? 0) + 1);
		seen.push({lane, prompt});
		const what = script.answer(body, lane, times.get(key)!);
		if ('status' in what) {
			return {status: what.status, body: {error: what.error}, ...(what.headers && {headers: what.headers})};
		}

		const id = bill(lane, 'cut' in what ? what.cut : what);
		return 'cut' in what ? null : {status: 200, body: completion(id, body, prompt, what)};
	}

	const batches = createLedgerBatches(script, body => answer(body as Body, 'batch'));
	const {origin, received} = await scriptedServer((request, response) => {
		if (!request.url.startsWith('/v1/chat/completions')) {
			batches.serve(request, response);
			return;
		}

		calls++;
		setTimeout(() => {
			const reply = answer(JSON.parse(request.body.toString()) as Body, 'direct');
			if (reply === null) {
				response.socket?.destroy();
				return;
			}

			send(response, reply.status, reply.body, reply.headers);
		}, script.latencyMs ?? 5);
	});
	const server: LedgerServer = {
		url: `${origin}/v1`,
		billed,
		seen,
		onBilled: () => {},
		batches,
		received,
		calls: () => calls,
	};
	return server;
}

/** The answer names its question, so that a mix-up shows. */
function completion(
	id: string,
	body: Body,
	prompt: string,
	{input, cached = 0, output, finish = 'stop', silent = false}: Extract<Answer, {input: number}>,
) {
	return {
		id,
		object: 'chat.completion',
		created: 1,
		model: body.model,
		choices: Array.from({length: body.n ?? 1}, (_, index) => ({
			index,
			message: {role: 'assistant', content: `to: ${prompt}`, refusal: null},
			finish_reason: finish,
		})),
		usage: silent
			? undefined
			: {
					prompt_tokens: input,
					completion_tokens: output,
					total_tokens: input + output,
					prompt_tokens_details: {cached_tokens: cached},
				},
	};
}

/** Picodollars per token, by lane. */
export type LedgerPrice = {
	readonly [lane in Billed['lane']]: {
		readonly input: bigint;
		readonly cached: bigint;
		readonly output: bigint;
	};
};

/** What the server's own books come to. */
export function sumOf(billed: readonly Billed[], price: LedgerPrice): bigint {
	return billed.reduce((sum, {lane, input, cached, output}) => {
		const rates = price[lane];
		return (
			sum +
			BigInt(input - cached) * rates.input +
			BigInt(cached) * rates.cached +
			BigInt(output) * rates.output
		);
	}, 0n);
}
