import {expect, test} from 'vitest';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import type {Request} from '../../source/domain/request.ts';
import {roundRows} from '../../source/domain/round-rows.ts';
import {createRounds} from '../../source/domain/rounds.ts';
import type {CallPart} from '../../source/domain/sharing.ts';
import {answered, created, failed, failure, runFixture, start} from './run-fixture.ts';

const asking = opinionsAsking({min: 2, max: 3, confidence: 0.6, label: null, clear: null});
const request: Request = {
	id: '0',
	index: 0,
	queue: 0,
	endpoint: 'chat',
	provider: 'openai',
	model: 'm',
	modelArgs: {},
	body: {},
	asked: {prompt: 'p', prompt_raw: 'p', prompt_args: {}},
	input: {},
};

/** An answer of one round that took its time, with its usage unless another of its call has it. */
function said(text: string, round: number, call?: CallPart) {
	const usage = call && call.position > 0 ? null : {prompt_tokens: 10, details: {cached: 1}};
	const choices = [{index: 0, message: {content: text}, finish_reason: 'stop'}];
	return answered(0, {
		round,
		startedAt: start + round * 5000,
		at: start + round * 5000 + 100,
		usage: {input: usage ? 10 : 0, cached: 0, output: 0},
		costPico: usage ? 5e6 : 0,
		raw: JSON.stringify({choices, ...(usage && {usage})}),
		...(call && {call}),
	});
}

function rowOf(...lines: readonly ReturnType<typeof said>[]) {
	const {state} = runFixture(created(1));
	const rounds = createRounds({asking, state, readEvent: () => null, endpoint: 'chat', check: null});
	return roundRows({
		request,
		asking,
		lines,
		rounds: lines.map(rounds.roundOf),
		attempts: 3,
		check: null,
	})?.[0];
}

test('a row has what all its rounds took', () => {
	expect(rowOf(said('b', 0), said('a', 1), said('a', 2))).toMatchObject({
		text: 'a',
		usage: {prompt_tokens: 30, details: {cached: 3}},
		cost_usd: 0.000015,
		sent_at: new Date(start).toISOString(),
		finished_at: new Date(start + 10_100).toISOString(),
		latency_ms: 300,
		opinion: {label: 'a', counts: {b: 1, a: 2}},
	});
});

test('what others of its calls have is not said twice', () => {
	const other = {id: 'c', size: 2, position: 1};
	expect(rowOf(said('a', 0, other), said('a', 1, other))).toMatchObject({usage: null, cost_usd: null});
	const mixed = rowOf(said('a', 0, other), said('a', 1, {...other, position: 0}));
	expect(mixed).toMatchObject({usage: {prompt_tokens: 10}, cost_usd: 0.000005});
});

test('a round whose line is damaged counts as one that failed', () => {
	const {state} = runFixture(created(1));
	const rounds = createRounds({asking, state, readEvent: () => null, endpoint: 'chat', check: null});
	const last = said('a', 2);
	const lines = [...rounds.linesBefore(last), last];
	expect(lines.slice(0, 2)).toEqual([null, null]);
	const all = lines.map(rounds.roundOf);
	const rows = roundRows({request, asking, lines, rounds: all, attempts: 3, check: null});
	expect(rows?.[0]).toMatchObject({text: 'a', opinion: {answers: 1, failed: 2}});
});

test('rounds are found behind those of before a wipe, by the nearest of each number', () => {
	const run = runFixture(created(1));
	const events = [
		said('old', 0),
		{...failed(0, {sequel: 'fail', round: 1, previous: 0, failure: failure('server', 500)})},
		{...said('x', 0), more: true, previous: 1} as const,
		failed(0, {sequel: 'retry', round: 1, previous: 2}),
		failed(0, {sequel: 'more', round: 1, previous: 3}),
	];
	const rounds = createRounds({
		asking,
		state: run.state,
		readEvent: offset => events[offset] ?? null,
		endpoint: 'chat',
		check: null,
	});
	const all = rounds.beforeLine({...said('y', 2), previous: 4});
	expect(all.map(round => (round.kind === 'answered' ? round.text : round.failure.kind))).toEqual([
		'x',
		'server',
	]);
});
