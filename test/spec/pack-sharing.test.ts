import {describe, expect, test} from 'vitest';
import {callsOf, idsIn, numbered, openPacks, packSpec, textOf, wholeBody} from './pack-fixture.ts';

describe('packs', () => {
	test('are filled greedily in the order of the spec, and no fuller than their bounds', async () => {
		expect(callsOf(await openPacks(packSpec(numbered(60)))).map(({length}) => length)).toEqual([25, 25, 10]);
		expect(
			callsOf(await openPacks(packSpec(numbered(7), 'pack: {items: 3}'))).map(({length}) => length),
		).toEqual([3, 3, 1]);
		expect(
			callsOf(await openPacks(packSpec(numbered(7), 'pack: {items: 3}')), 2).map(({length}) => length),
		).toEqual([2, 2, 2, 1]);
	});

	test('count instruction, schema and tags; who is too large for any goes alone', async () => {
		const texts = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(5000), 'd'.repeat(40), 'e'.repeat(40)];
		const opened = await openPacks(packSpec(texts, 'pack: {tokens: 1800}'));
		const calls = callsOf(opened);
		expect(calls.map(members => members.map(({index}) => index))).toEqual([[0, 1], [2], [3, 4]]);
		const whole = JSON.stringify(opened.sharing.bodyOf(calls[0]!)).length;
		// To the character, but for the line feeds that JSON writes with two.
		const breaks = JSON.stringify(opened.sharing.bodyOf(calls[0]!)).split('\\n').length - 1;
		for (const tokens of [whole, whole + breaks]) {
			const [first] = callsOf(await openPacks(packSpec(texts, `pack: {tokens: ${tokens}}`)));
			expect(first).toHaveLength(2);
		}

		const [first] = callsOf(await openPacks(packSpec(texts, `pack: {tokens: ${whole - breaks}}`)));
		expect(first).toHaveLength(1);
	});

	test('ask for no more output than the model can write', async () => {
		const opened = await openPacks(packSpec(numbered(10), 'params: {max_tokens: 100}\npack: {}'), 'run', 500);
		expect(callsOf(opened)[0]).toHaveLength(3);
		expect(opened.sharing.bodyOf(opened.requests.slice(0, 3)).max_tokens).toBe(3 * 124 + 16);
	});

	test('hold only what asks the same: prompt, other args, params, allowance, round', async () => {
		const yaml =
			"model: m\nprompts: ['{{what}}? {{text}}', '{{text}}']\nargs: [{what: a, text: x}, {what: a, text: y}, {what: b, text: z}]\nparams: [{temperature: 0}, {temperature: 1}]\npack: {text: text}\n";
		const {sharing, requests} = await openPacks(yaml);
		const keys = requests.map(request => sharing.keyOf(request));
		expect(new Set(keys).size).toBe(6);
		expect(keys[0]).toBe(keys[2]);
		// The second prompt has no other arg.
		expect(keys[6]).toBe(keys[10]);
		expect(sharing.keyOf({...requests[0]!, round: 1})).not.toBe(keys[0]);
		expect(sharing.keyOf({...requests[0]!, body: {...requests[0]!.body, max_tokens: 5}})).not.toBe(keys[0]);
		expect(sharing.keyOf({...requests[0]!, goesAlone: true})).toBeNull();
		for (const field of [{n: 2}, {tools: []}, {stop: 'x'}]) {
			expect(sharing.keyOf({...requests[0]!, body: {...requests[0]!.body, ...field}})).toBeNull();
		}

		const same = {...requests[0]!, modelArgs: {temperature: 0}};
		expect(sharing.keyOf(same)).toBe(keys[0]);
	});

	test('say their instruction once, in the words of the template', async () => {
		const body = wholeBody(await openPacks(packSpec(['first', 'second'])));
		const [a, b] = idsIn(body);
		expect(textOf(body)).toMatch(/^Which topic\? \[item]\n\n---\n/);
		expect(textOf(body)).toContain(`<item-${a}>first</item-${a}>\n<item-${b}>second</item-${b}>\n`);
		expect(textOf(body)).toMatch(/These are 2 items: give 2 answers\.$/);
		expect(body).toMatchObject({
			model: 'm',
			response_format: {type: 'json_schema', json_schema: {strict: true}},
		});
	});

	test('put items behind what the user says last, in a chat and in responses', async () => {
		const chat = await openPacks(
			"model: m\nprompts: {messages: [{role: system, content: 'Topic of {{text}}?'}, {role: user, content: Now.}, {role: assistant, content: Ok}]}\nargs: [{text: a}, {text: b}]\npack: {}\n",
		);
		const {messages} = wholeBody(chat) as {messages: {role: string; content: string}[]};
		expect(messages.map(({role}) => role)).toEqual(['system', 'user', 'assistant']);
		expect(messages[0]!.content).toBe('Topic of [item]?');
		expect(messages[1]!.content).toMatch(/^Now\.\n\n---/);
		const responses = await openPacks(
			packSpec(['a', 'b'], 'endpoint: responses\nparams: {max_output_tokens: 9}\npack: {}'),
		);
		const body = wholeBody(responses);
		expect(body.input).toMatch(/^Which topic\? \[item]/);
		expect(body).toMatchObject({max_output_tokens: 2 * 33 + 16, text: {format: {type: 'json_schema'}}});
	});

	test('give each text an id that nobody can guess, and the same one days later', async () => {
		const texts = ['same', 'same', 'other'];
		const [one, again, other] = await Promise.all([
			openPacks(packSpec(texts)).then(wholeBody),
			openPacks(packSpec(texts)).then(wholeBody),
			openPacks(packSpec(texts), 'another run').then(wholeBody),
		]);
		expect(again).toEqual(one);
		expect(new Set([...idsIn(one), ...idsIn(other)]).size).toBe(6);
	});

	test('have an order of their own in each round', async () => {
		const {sharing, requests} = await openPacks(packSpec(numbered(25), 'pack: {}\nvote: {rounds: 3}'));
		const orders = [0, 1, 2].map(round =>
			idsIn(sharing.bodyOf(requests.map(request => ({...request, round})))),
		);
		expect(orders.map(ids => [...ids].sort())).toEqual([0, 1, 2].map(() => [...orders[0]!].sort()));
		expect(new Set(orders.map(String)).size).toBe(3);
		const again = idsIn(sharing.bodyOf(requests.map(request => ({...request, round: 2}))));
		expect(again).toEqual(orders[2]);
	});
});
