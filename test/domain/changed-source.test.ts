import {describe, expect, test} from 'vitest';
import {createAgenda, nextCandidate, takeCandidate, updateAgenda} from '../../source/domain/agenda.ts';
import {changedSource} from '../../source/domain/changed-source.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import type {ParamChange} from '../../source/domain/param-change.ts';
import {changeAt} from '../../source/domain/reduce-params.ts';
import {statusCode} from '../../source/domain/state.ts';
import {createSource} from '../engine/scripted-source.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	runFixture,
	sessionStarted,
	start,
	started,
	testPrice,
} from './run-fixture.ts';

const fields = {max_tokens: 100, seed: 1};
const added: RunEvent = {type: 'queue-added', at: start, info: queueInfo('big'), price: testPrice};

function changedRun(count = 6) {
	const run = runFixture(created(count, [queueInfo('a'), queueInfo('b')]), sessionStarted([testPrice, null]));
	const source = createSource(count, ['a', 'b'], () => fields, 'chat');
	return {...run, source: changedSource(source, run.state)};
}

function changed(
	indexes: readonly number[],
	body: ParamChange['body'],
	model: string | null = null,
	failedByQueue: readonly number[] = [],
): RunEvent {
	const queueKey = model === null ? null : `openai/${model}`;
	const ranges = indexes.map(index => [index, 1] as const);
	return {type: 'params-changed', at: start, indexes: ranges, change: {model, body}, queueKey, failedByQueue};
}

describe('a changed request', () => {
	test('is sent with other fields, and only it', () => {
		const {source, take} = changedRun();
		const before = source.expand(1);
		take(changed([2], {max_tokens: 512, seed: null}));
		expect(source.expand(2)).toMatchObject({
			queue: 0,
			model: 'a',
			modelArgs: {max_tokens: 512},
			body: {max_tokens: 512, index: 2},
		});
		expect(source.expand(2).body).not.toHaveProperty('seed');
		expect(source.expand(1)).toEqual(before);
	});

	test('goes to the queue of its model, which may be one that the spec does not have', () => {
		const {source, take} = changedRun();
		expect(source.queues.map(({model}) => model)).toEqual(['a', 'b']);
		take(added, changed([0, 1], {}, 'big'));
		expect(source.queues.map(({model}) => model)).toEqual(['a', 'b', 'big']);
		expect([0, 1, 2, 3].map(source.queueOf)).toEqual([2, 2, 0, 1]);
		expect(source.expand(1)).toMatchObject({queue: 2, model: 'big', provider: 'openai', modelArgs: fields});
		expect(source.expand(1).body).toMatchObject({model: 'big'});
	});

	test('keeps what was changed before, and knows what each attempt was made with', () => {
		const run = changedRun();
		run.take(changed([0, 1], {max_tokens: 512}), started([0]), answered(0));
		const {state, source} = run;
		const offset = state.columns.offset[0]!;
		run.take(changed([1, 2], {seed: null}), changed([1], {temperature: 0}));
		expect(source.expand(1).modelArgs).toEqual({max_tokens: 512, temperature: 0});
		expect(source.expand(2).modelArgs).toEqual({max_tokens: 100});
		expect(changeAt(state, 0, offset)?.body).toEqual({max_tokens: 512});
		expect(changeAt(state, 1, offset)?.body).toEqual({max_tokens: 512});
		expect(changeAt(state, 1, 0)).toBeNull();
	});

	test('has one bound on its output, whatever its name, and begins to double from there', () => {
		const {source, state, take} = changedRun();
		const cut = failed(0, {failure: failure('truncated', 200)});
		take(started([0]), cut, changed([0], {max_completion_tokens: 512}));
		expect(source.expand(0).modelArgs).toEqual({seed: 1, max_completion_tokens: 512});
		expect(state.truncated.size).toBe(0);
		take(changed([0], {max_tokens: 7}));
		expect(source.expand(0).modelArgs).toEqual({seed: 1, max_tokens: 7});
		take(changed([0], {max_completion_tokens: null}));
		expect(source.expand(0).modelArgs).toEqual({seed: 1});
	});

	test('waits no longer for the model that it was sent to before, and counts as failed of the new one', () => {
		const {state, take} = changedRun();
		take(started([0, 2]), failed(0), failed(2, {sequel: 'fail'}), added);
		take(changed([0, 2], {}, 'big', [1, 0, 0]));
		expect([...state.columns.status.subarray(0, 3)]).toEqual([
			statusCode.queued,
			statusCode.queued,
			statusCode.failed,
		]);
		expect(state.waiting.size).toBe(0);
		expect(state.queues.map(queue => queue.failed)).toEqual([0, 0, 1]);
	});

	test('is sent to its own model again when the provider of the other leaves the spec', () => {
		const {state, take, source} = changedRun();
		take({...added, info: queueInfo('big', 'other')} as RunEvent);
		take({...(changed([0], {seed: null}, 'big') as object), queueKey: 'other/big'} as RunEvent);
		expect(source.expand(0)).toMatchObject({model: 'big', provider: 'other', queue: 2});
		take({
			type: 'spec-changed',
			at: start,
			specDigest: 'd',
			epoch: 2,
			count: 6,
			queues: [queueInfo('a'), queueInfo('b')],
			kept: [[0, 0, 6]],
			failedKinds: {},
		});
		expect(state.queues.map(({info}) => info.model)).toEqual(['a', 'b']);
		expect(source.expand(0)).toMatchObject({model: 'a', provider: 'openai', queue: 0});
		expect(source.expand(0).modelArgs).toEqual({max_tokens: 100});
	});
});

test('the agenda finds a moved request in its new queue, whose cursor has passed it, and nowhere else', () => {
	const {state, source, ...run} = changedRun();
	const agenda = createAgenda(state, source.queueOf);
	const take = (...events: readonly RunEvent[]) => {
		for (const event of events) {
			run.take(event);
			updateAgenda(agenda, state, event);
		}
	};

	const all = (queue: number, now = start + 1e6) => {
		const found: number[] = [];
		for (
			let next = nextCandidate(agenda, state, queue, now);
			next !== null;
			next = nextCandidate(agenda, state, queue, now)
		) {
			takeCandidate(agenda, queue, next);
			found.push(next.index);
			take(started([next.index], start, queue));
		}

		return found;
	};

	expect(all(1)).toEqual([1, 3, 5]);
	// 0 waits in the queue of a, 2 came back to it, 4 was never started: each is moved to the queue of b.
	take(started([0, 2]), failed(0, {at: start}), failed(2, {sequel: 'hold'}));
	take(changed([0, 2, 4], {}, 'b'));
	expect(agenda.queues.map(({open}) => open)).toEqual([0, 3]);
	// The same due time again, in the other queue.
	take(started([0], start, 1), failed(0, {at: start}));
	expect(all(0)).toEqual([]);
	expect(all(1)).toEqual([0, 2, 4]);
	take(added, failed(4, {sequel: 'hold'}), changed([4], {}, 'big'));
	expect(agenda.queues.map(({open}) => open)).toEqual([0, 0, 1]);
	expect(all(1)).toEqual([]);
	expect(all(2)).toEqual([4]);
});
