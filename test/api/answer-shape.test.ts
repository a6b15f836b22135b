import {expect, test} from 'vitest';
import {shapeFlaw} from '../../source/api/answer-shape.ts';
import type {Endpoint} from '../../source/domain/request.ts';

test.each<[Endpoint, object]>([
	['chat', {choices: [{message: {content: 'x'}}]}],
	['chat', {choices: [{message: {content: null, refusal: 'no'}}, {message: {}}], error: null}],
	['completions', {choices: [{text: ''}]}],
	['responses', {output: []}],
	['responses', {status: 'incomplete', output: [{type: 'reasoning'}], error: null}],
	['embeddings', {data: [{embedding: [1]}, {embedding: 'AACAPw=='}]}],
	['moderations', {results: [{flagged: true}]}],
])('%s %j has the shape of an answer', (endpoint, body) => {
	expect(shapeFlaw(endpoint, {...body})).toBeNull();
});

test.each<[Endpoint, object, string]>([
	['chat', {}, 'no choices'],
	['chat', {choices: {0: {}}}, 'no choices'],
	['chat', {choices: []}, 'choices is empty'],
	['chat', {choices: [null]}, 'choices holds something else than objects'],
	['chat', {choices: [{text: 'x'}]}, 'a choice has no message'],
	['chat', {choices: [{message: {}}, {message: 'x'}]}, 'a choice has no message'],
	['completions', {choices: [{message: {}}]}, 'a choice has no text'],
	['responses', {choices: []}, 'no output'],
	['responses', {output: ['x']}, 'no output'],
	['responses', {status: 'in_progress', output: []}, "the response's status is in_progress"],
	['responses', {status: [[]], output: []}, "the response's status is unreadable"],
	['embeddings', {data: [{embedding: []}]}, 'an item has no embedding'],
	['embeddings', {data: [{}]}, 'an item has no embedding'],
	['moderations', {results: []}, 'results is empty'],
])('%s %j: %s', (endpoint, body, flaw) => {
	expect(shapeFlaw(endpoint, {...body})).toBe(flaw);
});
