import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {maxOutputOf} from '../../source/api/max-output.ts';
import {loadBodyCounter} from '../../source/api/token-count.ts';
import type {JsonObject} from '../../source/domain/request.ts';

type Recorded = {
	readonly kind: 'text' | 'tools' | 'schema' | 'image';
	readonly source: string;
	readonly tokens: number;
	readonly body: JsonObject & {readonly model: string};
};

const {cases} = JSON.parse(readFileSync('fixtures/token-counts.json', 'utf8')) as {cases: Recorded[]};

describe('against usage that the API reported', () => {
	test.each(['text', 'tools', 'schema', 'image'] as const)(
		'the mean error of %s is below 5 percent',
		async kind => {
			const recorded = cases.filter(one => one.kind === kind);
			let error = 0;
			for (const {body, tokens} of recorded) {
				const counter = await loadBodyCounter(body.model);
				error += Math.abs(counter.count(body) - tokens) / tokens;
			}

			expect(recorded.length).toBeGreaterThan(5);
			expect(error / recorded.length).toBeLessThan(0.05);
		},
	);
});

/** The size in a PNG's header is all that is read of it. */
function png(width: number, height: number): string {
	const bytes = Buffer.alloc(33);
	bytes.write('\x89PNG\r\n\x1a\n', 'latin1');
	bytes.writeUInt32BE(width, 16);
	bytes.writeUInt32BE(height, 20);
	return `data:image/png;base64,${bytes.toString('base64')}`;
}

async function imageTokens(model: string, url: string, detail?: string): Promise<number> {
	const counter = await loadBodyCounter(model);
	const of = (content: unknown) => counter.count({messages: [{role: 'user', content}]});
	return of([{type: 'image_url', image_url: {url, detail}}]) - of([]);
}

describe('images', () => {
	test.each([
		['gpt-4o', png(1024, 1024), 'high', 765],
		['gpt-4o', png(2048, 4096), 'high', 1105],
		['gpt-4o', png(4096, 8192), 'low', 85],
		['gpt-4o', png(300, 200), undefined, 255],
		['gpt-4o-mini', png(1024, 1024), 'high', 2833 + 4 * 5667],
	])('%s, %s, %s', async (model, url, detail, tokens) => {
		expect(await imageTokens(model, url, detail)).toBe(tokens);
	});

	test('one of unknown size counts as the largest', async () => {
		const largest = 85 + 8 * 170;
		expect(await imageTokens('gpt-4o', 'https://example.com/cat.png')).toBe(largest);
		expect(await imageTokens('gpt-4o', 'data:image/png;base64,AAAA')).toBe(largest);
		expect(await imageTokens('gpt-4o', png(2048, 768))).toBe(largest);
	});

	test.each([
		['GIF', Buffer.from('4749463839610004000300000000', 'hex')],
		['JPEG', Buffer.from('ffd8ffe000044a46ffc0001108030004000301', 'hex')],
		['WebP', Buffer.from(`52494646000000005745425056503858${'0'.repeat(16)}ff0300ff0200`, 'hex')],
	])('the size of a %s is read from its header', async (_, bytes) => {
		const url = `data:image/x;base64,${bytes.toString('base64')}`;
		// 1024 by 768 pixels are two tiles by two.
		expect(await imageTokens('gpt-4o', url)).toBe(85 + 4 * 170);
	});
});

describe('what a tokenizer would choke on', () => {
	test.each([
		['a letter', 'a'.repeat(10_000_000)],
		['base64', Buffer.alloc(3_000_000, 'q1;').toString('base64')],
		['spaces', ' '.repeat(10_000_000)],
		['words that are all but too long', `${'y'.repeat(199)} `.repeat(4000)],
		['Chinese without a full stop', '漢字'.repeat(200_000)],
		['text around it', `${'one two '.repeat(1000)}${'x'.repeat(5_000_000)} end`],
	])(
		'%s is counted in no time, never too low',
		async (_, content) => {
			const counter = await loadBodyCounter('gpt-4o');
			const tokens = counter.count({messages: [{role: 'user', content}]});
			expect(tokens).toBeGreaterThan(content.length / 8);
			expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(content) + 20);
		},
		20_000,
	);

	test('text that looks like a special token is text', async () => {
		const counter = await loadBodyCounter('gpt-4o');
		expect(counter.count({prompt: '<|endoftext|>'})).toBeGreaterThan(3);
	});
});

test('tokens that are given as numbers count one each, for embeddings and completions', async () => {
	const embeddings = await loadBodyCounter('text-embedding-3-small');
	expect(embeddings.count({input: ['hello world', 'hello']})).toBe(3);
	expect(embeddings.count({input: [[1, 2, 3], [4]]})).toBe(4);
	const completions = await loadBodyCounter('gpt-3.5-turbo-instruct');
	expect(completions.count({prompt: 'hello world'})).toBe(2);
});

test('an unknown model is counted with the newer encoding, and that is known', async () => {
	expect(await loadBodyCounter('llama3')).toMatchObject({encoding: 'o200k_base', isKnownModel: false});
	expect(await loadBodyCounter('gpt-4-0613')).toMatchObject({encoding: 'cl100k_base', isKnownModel: true});
	expect(await loadBodyCounter('ft:gpt-4o-mini:org::1')).toMatchObject({isKnownModel: true});
});

describe('the most output of a model', () => {
	test.each([
		['gpt-4o', 16_384],
		['gpt-4o-2024-08-06', 16_384],
		['gpt-4o-2024-05-13', 4096],
		['gpt-4o-mini', 16_384],
		['gpt-4.1-nano-2025-04-14', 32_768],
		['gpt-4-0613', 8192],
		['gpt-4-turbo-2024-04-09', 4096],
		['gpt-4-1106-preview', 4096],
		['gpt-3.5-turbo-0125', 4096],
		['gpt-5-mini-2025-08-07', 128_000],
		['gpt-5-chat-latest', 16_384],
		['o1-mini', 65_536],
		['o4-mini-2025-04-16', 100_000],
		['ft:gpt-4o-mini-2024-07-18:org::id', 16_384],
		['gpt-9', null],
		['gpt-4o-of-mine', null],
		['constructor', null],
	])('%s: %s', (model, tokens) => {
		expect(maxOutputOf('openai', model)).toBe(tokens);
	});

	test('nobody knows what a server of the user gives', () => {
		expect(maxOutputOf(null, 'gpt-4o')).toBeNull();
		expect(maxOutputOf('toString', 'gpt-4o')).toBeNull();
	});
});
