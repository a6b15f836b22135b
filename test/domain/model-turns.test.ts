import {expect, test} from 'vitest';
import {createAgenda, updateAgenda} from '../../source/domain/agenda.ts';
import {createState} from '../../source/domain/create-state.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {waitsForModel} from '../../source/domain/model-turns.ts';
import {reduce} from '../../source/domain/reduce.ts';

const queues = [
	{key: 'ollama/a', provider: 'ollama', model: 'a'},
	{key: 'openai/c', provider: 'openai', model: 'c'},
	{key: 'ollama/b', provider: 'ollama', model: 'b'},
	{key: 'ollama/a (g)', provider: 'ollama', model: 'a', group: 'g'},
];
const rules = [{holdsOneModel: true}, {}, {holdsOneModel: true}, {holdsOneModel: true}];

/** Eight requests, two a queue, in turn. */
function createRun() {
	const state = createState();
	const agenda = createAgenda(state, index => index % queues.length);
	const happen = (event: RunEvent) => {
		reduce(state, event, 0);
		updateAgenda(agenda, state, event);
	};
	const created = {type: 'run-created', at: 0, runId: 'r', toolVersion: '0', specDigest: ''} as const;
	reduce(state, {...created, simulated: null, count: 8, queues}, 0);
	const session = {type: 'session-started', at: 0, session: 1, pid: 1, host: '', prices: []} as const;
	reduce(state, {...session, concurrency: 4}, 0);
	const full = createAgenda(state, index => index % queues.length);
	Object.assign(agenda, full);
	const waiting = () =>
		queues.flatMap(({key}, queue) => (waitsForModel(state, agenda, rules, queue) ? key : []));
	return {state, happen, waiting};
}

const start = (queue: number, indexes: number[]): RunEvent => ({
	type: 'attempt-started',
	at: 0,
	queue,
	indexes,
});

test('the next model waits until nothing of the one before is open or out; others do not', () => {
	const {state, happen, waiting} = createRun();
	expect(waiting()).toEqual(['ollama/b']);
	happen(start(0, [0, 4]));
	happen(start(3, [3, 7]));
	// All of them are out, none is open.
	expect(waiting()).toEqual(['ollama/b']);
	for (const queue of [state.queues[0]!, state.queues[3]!]) {
		queue.inFlight = 0;
	}

	expect(waiting()).toEqual(['ollama/a', 'ollama/a (g)']);
	happen(start(2, [2, 6]));
	expect(waiting()).toEqual(['ollama/a', 'ollama/a (g)']);
});

test('a held queue gives up its turn, and a sample takes some of each', () => {
	const {state, waiting} = createRun();
	for (const queue of [state.queues[0]!, state.queues[3]!]) {
		queue.access = 'held';
	}

	expect(waiting()).toEqual(['ollama/a', 'ollama/a (g)']);
	const sample = {requests: 1, indexes: new Set([2]), outputs: [], result: null} as const;
	state.sample = {...sample, indexes: new Set([2]), outputs: [], purpose: 'canary', step: 'open'};
	expect(waiting()).toEqual([]);
});
