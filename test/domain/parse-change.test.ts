import {describe, expect, test} from 'vitest';
import {parseChange} from '../../source/domain/parse-change.ts';

describe('what a person types becomes a change', () => {
	test.each([
		['max_tokens=512', null, {max_tokens: 512}],
		['  max_tokens=512   temperature=0.2 ', null, {max_tokens: 512, temperature: 0.2}],
		['model=gpt-4o', 'gpt-4o', {}],
		['model=ft:gpt-4o:me::1 seed=7', 'ft:gpt-4o:me::1', {seed: 7}],
		['model=4', '4', {}],
		['model="llama 3"', 'llama 3', {}],
		['seed=', null, {seed: null}],
		['seed= stop=["x"]', null, {seed: null, stop: ['x']}],
		['stop=["a b", "]"] n=2', null, {stop: ['a b', ']'], n: 2}],
		['response_format={"type": "json_object"}', null, {response_format: {type: 'json_object'}}],
		['user="a \\" b"', null, {user: 'a " b'}],
		["user='a b'", null, {user: 'a b'}],
		['service_tier=flex', null, {service_tier: 'flex'}],
		['logprobs=true', null, {logprobs: true}],
		['user=a=b', null, {user: 'a=b'}],
		['user=it\'s"', null, {user: 'it\'s"'}],
		['user="7"', null, {user: '7'}],
		['user=a[b', null, {user: 'a[b'}],
	])('%s', (text, model, body) => {
		expect(parseChange(text)).toEqual({model, body});
	});

	test.each([
		['', 'nothing is changed'],
		['   ', 'nothing is changed'],
		['max_tokens', '`max_tokens` has no value'],
		['max_tokens =5', '`max_tokens` has no value'],
		['=5', 'no blanks around'],
		['5=5', '`5` is no name'],
		['max_tokens=512, temperature=0', 'no commas'],
		['model=gpt-4o, temperature=0', 'no commas'],
		['max_tokens=5k', 'whole number of at least 1'],
		['max_tokens=0', 'whole number of at least 1'],
		['n=1.5', 'whole number of at least 1'],
		['model=', '`model` needs a name'],
		['model="" seed=1', '`model` needs a name'],
		['model=a model=b', '`model` is there twice'],
		['seed=1 seed=2', '`seed` is there twice'],
		['messages=[]', '`messages` cannot be changed'],
		['stream=true', '`stream` cannot be changed'],
		['stop=["a"', 'no whole JSON'],
		['user="a', 'no whole JSON'],
		['seed=1e999', 'too large'],
	])('%s is refused with a reason', (text, reason) => {
		expect(parseChange(text)).toContain(reason);
	});
});
