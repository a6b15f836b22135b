import {describe, expect, test} from 'vitest';
import {readAnswer, readUsage} from '../../source/domain/answer.ts';

describe('usage', () => {
	test.each([
		['chat', {prompt_tokens: 10, completion_tokens: 5}, {input: 10, cached: 0, output: 5}],
		[
			'chat with a cache',
			{prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: {cached_tokens: 8}},
			{input: 10, cached: 8, output: 5},
		],
		[
			'responses',
			{input_tokens: 10, output_tokens: 5, input_tokens_details: {cached_tokens: 1}},
			{input: 10, cached: 1, output: 5},
		],
		['embeddings', {prompt_tokens: 10, total_tokens: 10}, {input: 10, cached: 0, output: 0}],
		['DeepSeek', {prompt_tokens: 10, prompt_cache_hit_tokens: 6}, {input: 10, cached: 6, output: 0}],
		[
			'more cached than there is',
			{prompt_tokens: 10, prompt_tokens_details: {cached_tokens: 99}},
			{input: 10, cached: 10, output: 0},
		],
		['counts below zero', {prompt_tokens: 10, completion_tokens: -5}, {input: 10, cached: 0, output: 0}],
		['parts of tokens', {prompt_tokens: 1.5, completion_tokens: 2.9}, {input: 1, cached: 0, output: 2}],
		[
			'details that are null',
			{prompt_tokens: 1, prompt_tokens_details: null},
			{input: 1, cached: 0, output: 0},
		],
		['an impossible input', {prompt_tokens: -1, completion_tokens: 5}, null],
		['an endless input', JSON.parse('{"prompt_tokens": 1e999}'), null],
		['an input beyond every count', {prompt_tokens: 1e308}, null],
		['words', {prompt_tokens: '10'}, null],
		['none', undefined, null],
		['null', null, null],
		['a list', [], null],
	])('of %s', (_, usage, expected) => {
		expect(readUsage(usage)).toEqual(expected);
	});
});

describe('a chat answer', () => {
	const read = (...choices: readonly object[]) => readAnswer('chat', {id: 'x', choices, usage: null});

	test.each([
		['stop', {finishReason: 'stop', complete: true}],
		['model_length', {finishReason: 'length', complete: true}],
		['content_filter: RECITATION', {finishReason: 'content_filter', complete: true}],
		['insufficient_system_resource', {complete: false}],
		['error', {complete: false}],
		[null, {finishReason: null, complete: true}],
	])('that ended with %s, in the words of its provider', (reason, expected) => {
		const [choice] = read({message: {content: 'yes'}, finish_reason: reason}).choices;
		expect(choice).toMatchObject(expected);
	});

	test('keeps its choices untouched, and its envelope without them', () => {
		const choice = {
			index: 0,
			message: {role: 'assistant', content: 'yes'},
			finish_reason: 'stop',
			logprobs: null,
		};
		const answer = read(choice);
		expect(answer.choices[0]?.raw).toBe(choice);
		expect(answer.envelope).toEqual({id: 'x', usage: null});
		expect(answer.usage).toBeNull();
	});

	test.each([
		['a text', {content: 'yes'}, {text: 'yes', complete: true}],
		['an empty text', {content: ''}, {text: '', complete: true}],
		['a refusal', {content: null, refusal: 'no'}, {text: null, refusal: 'no', complete: true}],
		['an empty refusal', {content: null, refusal: ''}, {refusal: null, complete: false}],
		['a tool call', {content: null, tool_calls: [{id: 't'}]}, {text: null, complete: true}],
		['no tool call', {content: null, tool_calls: []}, {complete: false}],
		['a function call', {content: null, function_call: {name: 'f'}}, {complete: true}],
		['audio', {content: null, audio: {id: 'a'}}, {complete: true}],
		['nothing', {}, {text: null, complete: false}],
	])('with %s', (_, message, expected) => {
		expect(read({index: 0, message, finish_reason: 'stop'}).choices[0]).toMatchObject(expected);
	});

	test('numbers its choices as the API does, else by position', () => {
		expect(read({index: 1}, {index: 0}, {}).choices.map(({index}) => index)).toEqual([1, 0, 2]);
	});

	test.each([null, 'text', 7, []])('survives a choice that is %j', choice => {
		const answer = readAnswer('chat', {choices: [choice]});
		expect(answer.choices[0]).toMatchObject({index: 0, text: null, complete: false});
	});

	test.each([undefined, null, 'x', {}])('has no choices when they are %j', choices => {
		expect(readAnswer('chat', {choices}).choices).toEqual([]);
	});
});

describe('a response', () => {
	const message = (...content: readonly object[]) => ({type: 'message', content});
	const text = {type: 'output_text', text: 'yes'};

	test.each([
		[
			'a text',
			{status: 'completed', output: [{type: 'reasoning'}, message(text, text)]},
			['yesyes', 'stop', true],
		],
		['no status', {output: [message(text)]}, ['yes', 'stop', true]],
		['a tool call', {status: 'completed', output: [{type: 'function_call'}]}, [null, 'tool_calls', true]],
		['only reasoning', {status: 'completed', output: [{type: 'reasoning'}]}, [null, 'stop', false]],
		[
			'a text cut short',
			{status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}, output: [message(text)]},
			['yes', 'length', true],
		],
		[
			'a filter',
			{status: 'incomplete', incomplete_details: {reason: 'content_filter'}, output: []},
			[null, 'content_filter', true],
		],
		['a failure after a part', {status: 'failed', output: [message(text)]}, ['yes', null, false]],
		['no end yet', {status: 'in_progress', output: [message(text)]}, ['yes', null, false]],
		['a cancelled part', {status: 'cancelled', output: [message(text)]}, ['yes', null, false]],
		['nothing', {}, [null, 'stop', false]],
	])('with %s', (_, body, [answerText, finishReason, complete]) => {
		const [choice] = readAnswer('responses', body).choices;
		expect(choice).toMatchObject({text: answerText, finishReason, complete});
	});

	test('that refuses says so', () => {
		const body = {status: 'completed', output: [message({type: 'refusal', refusal: 'no'})]};
		expect(readAnswer('responses', body).choices[0]).toMatchObject({
			text: null,
			refusal: 'no',
			complete: true,
		});
	});
});

test('completions have texts, embeddings and moderations neither text nor reason', () => {
	const [completion] = readAnswer('completions', {
		choices: [{index: 0, text: 'a', finish_reason: 'length'}],
	}).choices;
	expect(completion).toMatchObject({text: 'a', finishReason: 'length', complete: true});
	const item = {index: 3, embedding: [0.5]};
	const embeddings = readAnswer('embeddings', {data: [item], model: 'm'});
	expect(embeddings.choices).toEqual([
		{index: 3, text: null, finishReason: null, refusal: null, complete: true, raw: item},
	]);
	expect(embeddings.envelope).toEqual({model: 'm'});
	expect(readAnswer('moderations', {results: [{flagged: true}]}).choices[0]?.raw).toEqual({flagged: true});
});
