import {expect, test} from 'vitest';
import {openRecord, recordText} from '../../source/view/record-text.ts';
import {detailFixture} from '../ui/snapshot-fixture.ts';

test('a record for the pager holds every attempt, what changed, and all texts', () => {
	const text = recordText({
		...detailFixture(733),
		answers: ['first', 'second'],
		usage: {input: 1204, cached: 4, output: 12},
		costUsd: 0.0003,
		finishReason: 'stop',
		warnings: ['usage_estimated'],
	});
	expect(text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'AT')).toBe(`request 000733
index 733   failed   openai gpt-4o-mini
1,204 tokens in (4 cached), 12 out   $0.0003   finish stop
warning: usage_estimated

--- error ---
400 context_length: context_length_exceeded: maximum context length is 128000 tokens (asked 131,204)

--- attempts ---
1. AT   direct   503 server   8.4s   maybe billed   request-id req_1b2c
   overloaded
2. AT   direct   400 context_length   840ms   request-id req_9f2c
   since the one before: 01:04 later, was 503 server, 7.5s quicker, other message
   maximum context length is 128000 tokens (asked 131,204)

--- answer, choice 0 ---
first

--- answer, choice 1 ---
second

--- prompt ---
Summarise the following filing in five bullet points. Use only facts stated in the text.

The company was founded in 1987.

--- request body ---
{
  "model": "gpt-4o-mini",
  "max_tokens": 256
}`);
});

test('a request that was never tried says so', () => {
	const text = recordText({...detailFixture(1), attempts: [], error: null, status: 'queued'});
	expect(text).toContain('--- attempts ---\nnot tried yet');
	expect(text).not.toContain('--- error');
});

test('without an outcome a record has the columns of the result files and its status', () => {
	const request = {
		id: 'a',
		index: 4,
		queue: 0,
		endpoint: 'chat',
		provider: 'openai',
		model: 'm',
		modelArgs: {max_tokens: 5},
		body: {},
		asked: {prompt: 'Hi', prompt_raw: 'Hi', prompt_args: {}},
		input: {topic: 't'},
	} as const;
	expect(openRecord(request, 'waiting', 2)).toEqual({
		id: 'a',
		index: 4,
		status: 'waiting',
		attempts: 2,
		prompt: 'Hi',
		prompt_raw: 'Hi',
		prompt_args: {},
		model: 'm',
		model_args: {max_tokens: 5},
		provider: 'openai',
		input: {topic: 't'},
	});
});
