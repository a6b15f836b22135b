import {expect, test} from 'vitest';
import {promptSharing} from '../../source/domain/prompt-sharing.ts';
import type {JsonObject, Request} from '../../source/domain/request.ts';

const request = (index: number, fields: JsonObject = {}, endpoint: Request['endpoint'] = 'completions') =>
	({
		index,
		endpoint,
		body: {model: 'm', prompt: `p${index}`, max_tokens: 5, ...fields},
	}) as unknown as Request;
const choice = (index: unknown, text = `c${String(index)}`) => ({index, text, finish_reason: 'stop'});
const answer = (choices: readonly unknown[]) => ({id: 'cmpl-1', choices, usage: {prompt_tokens: 6}});

test('only texts of the completions endpoint with the same other fields share a call', () => {
	const {keyOf} = promptSharing(3);
	expect(keyOf(request(0))).toBe(keyOf(request(1)));
	expect(keyOf(request(0))).not.toBe(keyOf(request(1, {max_tokens: 10})));
	expect(keyOf(request(0))).not.toBe(keyOf({...request(1), stage: 'judge'}));
	expect(keyOf(request(0, {prompt: [1, 2]}))).toBeNull();
	expect(keyOf(request(0, {}, 'chat'))).toBeNull();
});

test('a call takes as many as the spec says, and no more than a refusal left', () => {
	const takenOf = (perCall: number, most: number) => {
		const call = promptSharing(perCall).begin(request(0), most);
		return [1, 2, 3, 4].filter(index => call.add(request(index))).length;
	};

	expect(takenOf(3, Number.POSITIVE_INFINITY)).toBe(2);
	expect(takenOf(3, 2)).toBe(1);
	expect(takenOf(1, 9)).toBe(0);
});

test('the body holds all prompts in order', () => {
	expect(promptSharing(2).bodyOf([request(4), request(2)])).toEqual({
		model: 'm',
		prompt: ['p4', 'p2'],
		max_tokens: 5,
	});
});

test('choices go by their numbers, not by their places, and look as if each prompt had been asked alone', () => {
	const members = [0, 1, 2].map(index => request(index, {n: 2}));
	const parts = promptSharing(3).split(members, answer([5, 0, 3, 1, 4, 2].map(index => choice(index))));
	expect(parts).toEqual([
		{kind: 'answered', body: {...answer([choice(0, 'c0'), choice(1, 'c1')])}},
		{kind: 'answered', body: {id: 'cmpl-1', choices: [choice(1, 'c3'), choice(0, 'c2')]}},
		{kind: 'answered', body: {id: 'cmpl-1', choices: [choice(1, 'c5'), choice(0, 'c4')]}},
	]);
});

test('a prompt without a choice is asked again alone, the others have theirs', () => {
	const parts = promptSharing(3).split([request(0), request(1), request(2)], answer([choice(0), choice(2)]));
	expect(parts.map(({kind}) => kind)).toEqual(['answered', 'again', 'answered']);
	expect(parts[1]).toMatchObject({most: 1, failure: {kind: 'malformed'}});
});

test.each([
	['twice the same number', [choice(0), choice(0)]],
	['no number', [choice(0), choice(undefined)]],
	['a number that nobody asked for', [choice(0), choice(2)]],
	['a negative number', [choice(0), choice(-1)]],
	['half a number', [choice(0), choice(0.5)]],
	['no list', null],
])('%s: nobody gets an answer that may be another one’s', (_, choices) => {
	const parts = promptSharing(2).split([request(0), request(1)], answer(choices as readonly unknown[]));
	expect(parts.map(({kind}) => kind)).toEqual(['again', 'again']);
});

test('whoever left the spec keeps its place', () => {
	const parts = promptSharing(2).split([null, request(1)], answer([choice(0), choice(1)]));
	expect(parts[1]).toMatchObject({kind: 'answered', body: {choices: [{index: 0, text: 'c1'}]}});
});
