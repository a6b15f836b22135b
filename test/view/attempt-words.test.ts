import {expect, test} from 'vitest';
import {attemptChanges} from '../../source/view/attempt-words.ts';
import type {AttemptView} from '../../source/view/request-detail.ts';

const first: AttemptView = {
	at: 100_000,
	lane: 'direct',
	outcome: 'server',
	status: 503,
	message: 'overloaded',
	requestId: 'req_1',
	latencyMs: 8400,
	costUsd: null,
	maybeBilled: true,
};

test.each<readonly [Partial<AttemptView>, string]>([
	[{at: 164_000}, '01:04 later, same outcome, same message'],
	[
		{at: 164_000, outcome: 'context_length', status: 400, message: 'too long', latencyMs: 840},
		'01:04 later, was 503 server, 7.5s quicker, other message',
	],
	[
		{at: 130_000, lane: 'batch', outcome: 'answered', status: 200, message: '', latencyMs: 90_000},
		'00:30 later, was 503 server, lane was direct, 81s slower',
	],
	[
		{at: 130_000, outcome: 'in flight', status: null, message: '', latencyMs: null},
		'00:30 later, was 503 server',
	],
])('%j: %s', (change, words) => {
	expect(attemptChanges(first, {...first, ...change}).join(', ')).toBe(words);
});
