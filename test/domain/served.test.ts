import {expect, test} from 'vitest';
import {decodeEvent, encodeEvent} from '../../source/domain/event-line.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {newlyServed, noteServed, type ServedCount} from '../../source/domain/served.ts';
import {buildReport} from '../../source/view/build-report.ts';
import {createNotices} from '../../source/view/notices.ts';
import {answered, created, runState, sessionStarted, start, started} from './run-fixture.ts';

test('answers are counted by what they came from, and only a change is worth a word', () => {
	const queue = {served: [] as ServedCount[], servedLast: -1};
	const bodies = [
		{model: 'a-1', system_fingerprint: 'fp'},
		{model: 'a-1', system_fingerprint: 'fp'},
		{model: 'a-2', system_fingerprint: 'fp'},
		{model: 'a-1', system_fingerprint: 'fp'},
		{},
	];
	const changes = bodies.map(body => {
		const now = newlyServed(body, queue);
		noteServed(queue, now ?? null);
		return now?.model;
	});
	expect(changes).toEqual(['a-1', undefined, 'a-2', 'a-1', null]);
	expect(queue.served.map(({model, answers}) => [model, answers])).toEqual([
		['a-1', 3],
		['a-2', 1],
		[null, 1],
	]);
});

test('a server with a fingerprint for each answer keeps nobody busy', () => {
	const queue = {served: [] as ServedCount[], servedLast: -1};
	for (let index = 0; index < 200; index++) {
		noteServed(queue, newlyServed({model: 'a', system_fingerprint: `fp_${index}`}, queue) ?? null);
	}

	expect(queue.served).toHaveLength(51);
	expect(queue.served.at(-1)).toEqual({model: '(others)', fingerprint: null, answers: 150});
});

test('a change in mid-run is a warning, once, and stands in the report', () => {
	const state = runState(created(4), sessionStarted());
	const notices = createNotices({queues: state.queues.map(({info}) => info)});
	const served = (model: string, fingerprint: string | null) => ({served: {model, fingerprint}});
	const events = [
		started([0, 1, 2, 3]),
		answered(0, served('gpt-1', 'fp_a')),
		answered(1),
		answered(2, served('gpt-2', 'fp_b')),
		answered(3, served('gpt-1', 'fp_a')),
	];
	for (const event of events) {
		const read = decodeEvent(encodeEvent(event), {body: true})!;
		expect(read).toEqual(event);
		reduce(state, read, 0);
		notices.observe(read, state);
	}

	expect(notices.list.map(({level, text}) => [level, text])).toEqual([
		['warn', expect.stringMatching(/ now answers as gpt-2 fp_b, until now as gpt-1 fp_a$/)],
	]);
	expect(buildReport(state, start).served).toMatchObject([
		{returned_model: 'gpt-1', system_fingerprint: 'fp_a', answers: 3},
		{returned_model: 'gpt-2', system_fingerprint: 'fp_b', answers: 1},
	]);
});
