import {onTestFinished} from 'vitest';
import {createDirectTransport} from '../../source/api/direct-transport.ts';
import type {CallOutcome, DirectCall, Transport} from '../../source/domain/ports.ts';

export const testKey = 'sk-test-abcdefghijklmnop';

export const chatAnswer = {
	id: 'chatcmpl-1',
	object: 'chat.completion',
	model: 'gpt-4o-mini',
	choices: [{index: 0, message: {role: 'assistant', content: 'Yes.'}, finish_reason: 'stop'}],
	usage: {prompt_tokens: 5, completion_tokens: 2, total_tokens: 7},
};

/** A transport to one server; it is closed with the test. */
export function transportTo(
	origin: string,
	options: {readonly key?: string | null; readonly proxy?: string} = {},
): Transport {
	const {key = testKey, proxy = null} = options;
	const transport = createDirectTransport({
		providers: [{name: 'openai', baseUrl: `${origin}/v1`, keyFor: () => key}],
		connections: 256,
		proxy,
	});
	onTestFinished(() => transport.close());
	return transport;
}

export async function send(transport: Transport, call: Partial<DirectCall> = {}): Promise<CallOutcome> {
	return transport.send({
		provider: 'openai',
		endpoint: 'chat',
		model: 'gpt-4o-mini',
		body: {model: 'gpt-4o-mini', messages: [{role: 'user', content: 'Is it?'}]},
		timeoutMs: 10_000,
		signal: new AbortController().signal,
		...call,
	});
}

/** The outcome, which has to be a failure. */
export function failed(outcome: CallOutcome): Extract<CallOutcome, {kind: 'failed'}> {
	if (outcome.kind !== 'failed') {
		throw new Error(`expected a failure, got ${JSON.stringify(outcome)}`);
	}

	return outcome;
}
