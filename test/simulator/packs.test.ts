import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../source/domain/request.ts';
import {contentOf, numbered, openPacks, packSpec, textOf} from '../spec/pack-fixture.ts';
import {simulated} from './simulated.ts';

const schema =
	'schema: {title: Mood, type: object, properties: {mood: {enum: [good, bad, mixed]}, why: {type: string}, in: {$ref: "#/$defs/n"}, more: {anyOf: [{$ref: "#"}, {type: "null"}]}}, required: [mood, why, in, more], additionalProperties: false, $defs: {n: {type: integer}}}';
const chat = 'endpoint: chat\nparams: {max_tokens: 300, temperature: 0}';
const responses = 'endpoint: responses\nparams: {max_output_tokens: 300}';

async function answers(more: string, script: string, texts = numbered(12)) {
	const {sharing, requests} = await openPacks(packSpec(texts, `${more}\npack: {}`));
	const server = await simulated(script);
	const path = more.includes('responses') ? '/responses' : '/chat/completions';
	const ask = async (body: JsonObject) => JSON.parse((await server.post(path, body)).text) as JsonObject;
	const outcomes = sharing.split(requests, await ask(sharing.bodyOf(requests)));
	const alone = await Promise.all(requests.map(async ({body}) => ask(body)));
	return {outcomes, alone};
}

describe('the simulator', () => {
	test.each([
		['texts', chat],
		['objects', `${chat}\n${schema}`],
		['texts of responses', responses],
		['objects of responses', `${responses}\n${schema}`],
	])('answers each item of a pack as it would alone: %s', async (_, more) => {
		const {outcomes, alone} = await answers(more, 'seed=3,pack_shuffle');
		const read = (body: JsonObject) =>
			more.includes('responses')
				? (body.output as {content: {text: string}[]}[])[0]!.content[0]!.text
				: contentOf(body);
		expect(outcomes.map(outcome => outcome.kind === 'answered' && read(outcome.body))).toEqual(
			alone.map(read),
		);
	});

	test('leaves items out, adds some of nobody, errs', async () => {
		const {outcomes, alone} = await answers(
			`${chat}\n${schema}`,
			'pack_shuffle,pack_drop=2,pack_add=1,pack_wrong=40%',
		);
		const kinds = outcomes.map((outcome, i) =>
			outcome.kind === 'again'
				? outcome.failure.kind
				: contentOf(outcome.body) === contentOf(alone[i]!)
					? 'same'
					: 'other',
		);
		expect(kinds.filter(kind => kind === 'missing')).toHaveLength(2);
		expect(kinds).toContain('same');
		expect(kinds).toContain('other');
	});

	test('refuses what holds a word', async () => {
		const server = await simulated('refuse=bomb');
		const {requests} = await openPacks(packSpec(['a rose', 'a bomb']));
		const replies = await Promise.all(requests.map(async ({body}) => server.post('/chat/completions', body)));
		expect(replies.map(({text}) => text.includes('"refusal":"'))).toEqual([false, true]);
		expect(textOf(requests[1]!.body)).toContain('bomb');
	});

	test('is not fooled by a prompt that only talks of packs', async () => {
		const server = await simulated();
		const body = {model: 'm', messages: [{role: 'user', content: 'What is <item-a>b</item-a>?\n'}]};
		expect((await server.post('/chat/completions', body)).text).not.toContain('answers');
	});
});
