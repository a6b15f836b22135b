import {connect} from 'node:net';
import {describe, expect, it} from 'vitest';
import {chatBody, simulated} from './simulated.ts';

describe('faults as the client sees them', () => {
	it('429 asks to wait only when the script says so', async () => {
		const plain = await ask('429=100%');
		expect(plain.status).toBe(429);
		expect(errorOf(plain.text)).toMatchObject({code: 'rate_limit_exceeded', type: 'requests'});
		expect(plain.headers.get('retry-after')).toBeNull();
		const whole = await ask('429=100%,retry_after=2s');
		expect(whole.headers.get('retry-after')).toBe('2');
		expect(whole.headers.get('retry-after-ms')).toBeNull();
		const short = await ask('429=100%,retry_after=150ms');
		expect(short.headers.get('retry-after')).toBe('1');
		expect(short.headers.get('retry-after-ms')).toBe('150');
	});

	it('500 and 503 are JSON errors', async () => {
		const failed = await ask('500=100%');
		expect([failed.status, errorOf(failed.text).type]).toEqual([500, 'server_error']);
		const overloaded = await ask('503=100%');
		expect([overloaded.status, errorOf(overloaded.text).code]).toEqual([503, 'server_is_overloaded']);
	});

	it('html is a page, with 502 or with 200', async () => {
		const {post} = await simulated('html=100%');
		const statuses = new Set<number>();
		for (let at = 0; at < 20; at++) {
			const {status, headers, text} = await post('/chat/completions', chatBody(`page ${at}`));
			expect(headers.get('content-type')).toBe('text/html');
			expect(text).toMatch(/^<html>[\s\S]*<\/html>\s*$/);
			statuses.add(status);
		}

		expect([...statuses].sort()).toEqual([200, 502]);
	});

	it('empty is a 200 without a body, malformed half of one', async () => {
		const empty = await ask('empty=100%');
		expect([empty.status, empty.text]).toEqual([200, '']);
		const malformed = await ask('malformed=100%');
		const {text: whole} = await ask('');
		expect(malformed.status).toBe(200);
		expect(malformed.text).toBe(whole.slice(0, malformed.text.length));
		expect(Number(malformed.headers.get('content-length'))).toBe(Buffer.byteLength(malformed.text));
		expect(() => JSON.parse(malformed.text)).toThrow(SyntaxError);
	});

	it('cut promises a whole body and hangs up in its middle', async () => {
		const {url} = await simulated('cut=100%');
		const answer = await rawExchange(url, chatBody('cut me'));
		const [head, body = ''] = answer.split('\r\n\r\n');
		const promised = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1]);
		expect(head).toMatch(/^HTTP\/1.1 200/);
		expect(Buffer.byteLength(body)).toBe(Math.floor(promised / 2));
	});

	it('hang never answers, until the client goes', async () => {
		const {url, calls} = await simulated('hang=100%');
		const signal = AbortSignal.timeout(200);
		const asked = fetch(`${url}/chat/completions`, {
			method: 'POST',
			body: JSON.stringify(chatBody('well?')),
			signal,
		});
		await expect(asked).rejects.toThrow('timeout');
		await expect.poll(() => calls).toHaveLength(1);
		expect(calls[0]).toMatchObject({fault: 'hang', status: null});
	});
});

describe('answers that are not clean', () => {
	it('refusal', async () => {
		const {choices} = JSON.parse((await ask('refusal=100%')).text);
		expect(choices[0].message).toMatchObject({content: null, refusal: expect.stringContaining('sorry')});
		expect(choices[0].finish_reason).toBe('stop');
	});

	it('length cuts the text and keeps the count', async () => {
		const {choices, usage} = JSON.parse((await ask('length=100%')).text);
		const whole = JSON.parse((await ask('')).text).choices[0].message.content;
		expect(choices[0].finish_reason).toBe('length');
		expect(whole.startsWith(choices[0].message.content)).toBe(true);
		expect(choices[0].message.content.length).toBeLessThan(whole.length);
		expect(usage.completion_tokens).toBe(Math.ceil(Math.ceil(Buffer.byteLength(whole) / 4) / 2));
	});

	it('filter', async () => {
		const {choices} = JSON.parse((await ask('filter=100%')).text);
		expect(choices[0]).toMatchObject({
			finish_reason: 'content_filter',
			message: {content: '', refusal: null},
		});
	});

	it('responses say them in their own words', async () => {
		const statusOf = async (script: string) => {
			const {post} = await simulated(script);
			const {text} = await post('/responses', {model: 'm', input: 'What about pizza?'});
			const {status, incomplete_details: details, output} = JSON.parse(text);
			return [status, details?.reason ?? null, output[0].content[0].type];
		};
		expect(await statusOf('length=100%')).toEqual(['incomplete', 'max_output_tokens', 'output_text']);
		expect(await statusOf('filter=100%')).toEqual(['incomplete', 'content_filter', 'output_text']);
		expect(await statusOf('refusal=100%')).toEqual(['completed', null, 'refusal']);
	});

	it('are no matter for embeddings', async () => {
		const {post} = await simulated('length=50%,refusal=50%');
		expect((await post('/embeddings', {model: 'm', input: 'text'})).status).toBe(200);
	});
});

async function ask(script: string) {
	const {post} = await simulated(script);
	return post('/chat/completions', chatBody('the same question about pizza and olives'));
}

function errorOf(text: string) {
	return JSON.parse(text).error;
}

/** Everything that comes over the socket until it closes. */
function rawExchange(url: string, body: object): Promise<string> {
	const text = JSON.stringify(body);
	const socket = connect(Number(new URL(url).port), '127.0.0.1');
	socket.write(
		`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
	);
	return new Promise((resolve, reject) => {
		let received = '';
		socket.on('data', data => {
			received += data.toString('utf8');
		});
		socket.on('error', reject);
		socket.on('close', () => resolve(received));
	});
}
