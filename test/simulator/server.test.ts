import OpenAI from 'openai';
import {describe, expect, it} from 'vitest';
import {startSimulator} from '../../source/simulator/server.ts';
import {simulated} from './simulated.ts';

async function sdk(script = '') {
	const {url} = await simulated(script);
	return new OpenAI({baseURL: url, apiKey: 'any', maxRetries: 0});
}

describe('the unmodified SDK', () => {
	it('chats', async () => {
		const client = await sdk();
		const answer = await client.chat.completions.create({
			model: 'gpt-4o-mini',
			messages: [
				{role: 'system', content: 'Be brief.'},
				{role: 'user', content: [{type: 'text', text: 'What goes with mushrooms?'}]},
			],
			n: 3,
		});
		expect(answer.choices.map(({index}) => index)).toEqual([0, 1, 2]);
		for (const {message, finish_reason: reason} of answer.choices) {
			expect(message.content!.split(' ').length).toBeGreaterThan(3);
			expect(reason).toBe('stop');
		}

		expect(answer.choices[0]!.message.content).toContain('mushrooms');
		const {prompt_tokens: input, completion_tokens: output, total_tokens: total} = answer.usage!;
		expect(input + output).toBe(total);
		expect(answer.usage!.prompt_tokens_details).toMatchObject({cached_tokens: 0});
		expect(answer.model).toBe('gpt-4o-mini');
	});

	it('caches a long prompt that comes again', async () => {
		const client = await sdk();
		const ask = () =>
			client.chat.completions.create({model: 'm', messages: [{role: 'user', content: 'word '.repeat(1000)}]});
		expect((await ask()).usage!.prompt_tokens_details!.cached_tokens).toBe(0);
		const {usage} = await ask();
		expect(usage!.prompt_tokens_details!.cached_tokens).toBe(Math.floor(usage!.prompt_tokens / 128) * 128);
	});

	it('gets structured output, also cut by its own limit', async () => {
		const client = await sdk();
		const ask = (limit: number) =>
			client.chat.completions.create({
				model: 'm',
				messages: [{role: 'user', content: 'Rate the pizza'}],
				max_completion_tokens: limit,
				response_format: {
					type: 'json_schema',
					json_schema: {
						name: 'rating',
						strict: true,
						schema: {
							type: 'object',
							properties: {stars: {type: 'integer', minimum: 1, maximum: 5}, why: {type: 'string'}},
							required: ['stars', 'why'],
							additionalProperties: false,
						},
					},
				},
			});
		const whole = await ask(500);
		expect(JSON.parse(whole.choices[0]!.message.content!)).toEqual({
			stars: expect.toSatisfy((stars: number) => stars >= 1 && stars <= 5),
			why: expect.any(String),
		});
		const cut = await ask(3);
		expect(cut.choices[0]!.finish_reason).toBe('length');
		expect(cut.usage!.completion_tokens).toBe(3);
		expect(cut.choices[0]!.message.content).toHaveLength(12);
	});

	it('calls the tool it is told to', async () => {
		const client = await sdk();
		const parameters = {type: 'object', properties: {city: {enum: ['Paris', 'Rome']}}, required: ['city']};
		const answer = await client.chat.completions.create({
			model: 'm',
			messages: [{role: 'user', content: 'How is the weather?'}],
			tools: [{type: 'function', function: {name: 'weather', parameters}}],
			tool_choice: {type: 'function', function: {name: 'weather'}},
		});
		const [call] = answer.choices[0]!.message.tool_calls!;
		expect(answer.choices[0]!.finish_reason).toBe('tool_calls');
		expect(call).toMatchObject({type: 'function', function: {name: 'weather'}});
		const city = call!.type === 'function' && JSON.parse(call!.function.arguments).city;
		expect(['Paris', 'Rome']).toContain(city);
	});

	it('completes lists of prompts', async () => {
		const client = await sdk();
		const answer = await client.completions.create({
			model: 'gpt-3.5-turbo-instruct',
			prompt: ['About pizza:', 'About apples:'],
			n: 2,
			max_tokens: 60,
		});
		expect(answer.choices.map(({index}) => index)).toEqual([0, 1, 2, 3]);
		expect(answer.choices.map(({text}) => /pizza/i.test(text))).toEqual([true, true, false, false]);
		const single = await client.completions.create({model: 'm', prompt: 'About pizza:'});
		expect(single.choices[0]!.finish_reason).toBe('length');
		expect(single.usage!.completion_tokens).toBe(16);
	});

	it('gets responses', async () => {
		const client = await sdk();
		const answer = await client.responses.create({
			model: 'gpt-4.1-mini',
			instructions: 'Be brief.',
			input: [{role: 'user', content: [{type: 'input_text', text: 'What goes with olives?'}]}],
		});
		expect(answer.output_text).toContain('olives');
		expect(answer.status).toBe('completed');
		expect(answer.usage!.input_tokens + answer.usage!.output_tokens).toBe(answer.usage!.total_tokens);
		const short = await client.responses.create({model: 'm', input: 'hello', max_output_tokens: 4});
		expect([short.status, short.incomplete_details?.reason]).toEqual(['incomplete', 'max_output_tokens']);
	});

	it('embeds, in base64 as it asks by itself and in floats', async () => {
		const client = await sdk();
		const ask = (rest: object = {}) =>
			client.embeddings.create({model: 'text-embedding-3-small', input: ['pizza', 'olives'], ...rest});
		const answer = await ask();
		expect(answer.data.map(({index}) => index)).toEqual([0, 1]);
		const [pizza, olives] = answer.data.map(({embedding}) => embedding);
		expect(pizza).toHaveLength(1536);
		expect(Math.hypot(...pizza!)).toBeCloseTo(1, 5);
		expect(pizza).not.toEqual(olives);
		expect((await ask({encoding_format: 'float'})).data[0]!.embedding).toEqual(pizza);
		expect((await ask({input: 'pizza'})).data[0]!.embedding).toEqual(pizza);
		expect((await ask({dimensions: 256})).data[0]!.embedding).toHaveLength(256);
		expect(answer.usage.total_tokens).toBe(4);
	});

	it('moderates', async () => {
		const client = await sdk();
		const answer = await client.moderations.create({input: ['I like pizza', 'I will kill you'], model: 'm'});
		expect(answer.results.map(({flagged}) => flagged)).toEqual([false, true]);
		expect(answer.results[1]!.categories.violence).toBe(true);
		expect(answer.results[0]!.category_scores.hate).toBeLessThan(0.1);
	});

	it('lists and retrieves models', async () => {
		const client = await sdk();
		const names = [];
		for await (const model of client.models.list()) {
			names.push(model.id);
		}

		expect(names).toContain('gpt-4o-mini');
		expect((await client.models.retrieve('vendor/any-name:7b')).id).toBe('vendor/any-name:7b');
		await expect(client.models.retrieve('no-such-model')).rejects.toMatchObject({status: 404});
	});

	it('sees errors with its own classes', async () => {
		const messages = [{role: 'user' as const, content: 'hi'}];
		const limited = (await sdk('429=100%')).chat.completions.create({model: 'm', messages});
		await expect(limited).rejects.toBeInstanceOf(OpenAI.RateLimitError);
		const unknown = (await sdk()).chat.completions.create({model: 'no-such-model', messages});
		await expect(unknown).rejects.toMatchObject({status: 404, code: 'model_not_found'});
	});
});

describe('startSimulator', () => {
	it('listens on loopback only, at the port it is given', async () => {
		const {port} = await simulated().then(async ({url, close}) => {
			await close();
			return new URL(url);
		});
		const server = await startSimulator({port: Number(port)});
		expect(server.url).toBe(`http://127.0.0.1:${port}/v1`);
		await expect(startSimulator({port: Number(port)})).rejects.toMatchObject({
			name: 'UserError',
			message: expect.stringContaining('in use'),
		});
		await server.close();
		await server.close();
		await expect(fetch(`${server.url}/models`)).rejects.toThrow('fetch failed');
	});

	it('says what is no port', async () => {
		await expect(startSimulator({port: 99_999})).rejects.toMatchObject({
			name: 'UserError',
			message: 'The simulator cannot listen on port 99999: ports end at 65535.',
		});
	});
});
