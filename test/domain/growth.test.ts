import {describe, expect, test} from 'vitest';
import {addedSource} from '../../source/domain/added-source.ts';
import {createAgenda, updateAgenda} from '../../source/domain/agenda.ts';
import {createState} from '../../source/domain/create-state.ts';
import {decodeEvent, encodeEvent} from '../../source/domain/event-line.ts';
import {isOver, unfinished} from '../../source/domain/is-over.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {noStatus, statusCode, statuses} from '../../source/domain/state.ts';
import {restoreState, saveState} from '../../source/store/saved-state.ts';
import {createSource} from '../engine/scripted-source.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {addedEvent, addedRequest, randomGrowth} from './random-growth.ts';
import {
	answered,
	created,
	queueInfo,
	runFixture,
	runState,
	sessionStarted,
	start,
	started,
} from './run-fixture.ts';

const seed = testSeed('growth');

describe.each([0, 7, 300])('a run that grows from %i requests', own => {
	test.each([0, 1, 2, 3, 4])('adds up, round %i', round => {
		const {state, ledger} = randomGrowth(seededRandom(seed + round), own, 3000);
		const count = ledger.status.length;
		expect(state.count).toBe(count);
		expect(count).toBeGreaterThan(own + 50);
		const codes = [...state.columns.status];
		expect(codes.slice(0, count).map(code => statuses[code])).toEqual(ledger.status);
		expect(codes.slice(count).every(code => code === noStatus)).toBe(true);
		expect(state.totals.status).toEqual(
			statuses.map(status => ledger.status.filter(other => other === status).length),
		);
		expect(state.totals.done.direct).toBe(ledger.done);
		expect(state.totals.failed.get('task') ?? 0).toBe(ledger.failed);
		expect(state.session.finished).toBe(ledger.done + ledger.failed);
		expect(unfinished(state)).toBe(count - ledger.done - ledger.failed);
		expect(new Set(state.unjudged)).toEqual(ledger.unjudged);
		const out = ledger.status.flatMap((status, index) =>
			status === 'in-flight' && !ledger.unjudged.has(index) ? [index] : [],
		);
		expect([...state.inFlight.keys()].sort((a, b) => a - b)).toEqual(out);
		for (const {name, count: own, used} of state.stages) {
			expect(own).toBe(ledger.stages.filter(stage => stage === name).length);
			expect(used).toEqual(ledger.used.get(name));
		}

		for (const [number, queue] of state.queues.entries()) {
			const its = ledger.status.filter((_, index) => ledger.queues[index] === number);
			expect(queue.done).toBe(its.filter(status => status === 'done').length);
			expect(queue.failed).toBe(its.filter(status => status === 'failed').length);
			expect(queue.inFlight).toBe(out.filter(index => ledger.queues[index] === number).length);
		}
	});

	test('is the same when it is replayed from its lines, and when its state was saved in the middle', () => {
		const {state, events} = randomGrowth(seededRandom(seed), own, 2000);
		const read = events.map(event => decodeEvent(encodeEvent(event), {body: false})!);
		expect(runState(...read)).toEqual(state);
		const half = Math.floor(events.length / 2);
		const before = runState(...read.slice(0, half));
		const restored = restoreState(JSON.parse(JSON.stringify(saveState(before, 'test'))))!;
		expect(restored).not.toBeNull();
		for (const [position, event] of read.slice(half).entries()) {
			reduce(restored, event, half + position);
			restored.journalEnd = half + position + 1;
		}

		expect(saveState(restored, 'test')).toEqual(saveState(state, 'test'));
	});

	test('has on its agenda what is open, however it grew', () => {
		const state = createState();
		const told: Parameters<typeof updateAgenda>[2][] = [];
		const run = randomGrowth(seededRandom(seed + 9), own, 0);
		const queueOf = (index: number) =>
			index < own ? index % 2 : state.added.queue[index - state.added.from]!;
		for (const [offset, event] of run.events.entries()) {
			reduce(state, event, offset);
		}

		const agenda = createAgenda(state, queueOf);
		const grown = randomGrowth(seededRandom(seed + 9), own, 2000, event => told.push(event));
		for (const [position, event] of told.slice(2).entries()) {
			reduce(state, event, run.events.length + position);
			updateAgenda(agenda, state, event);
		}

		const open = [0, 1].map(
			queue =>
				grown.ledger.status.filter(
					(status, index) =>
						grown.ledger.queues[index] === queue && (status === 'queued' || status === 'waiting'),
				).length,
		);
		expect(agenda.queues.map(line => line.open)).toEqual(open);
	});

	test('expands what was added from the journal', () => {
		const run = randomGrowth(seededRandom(seed + 3), own, 1500);
		const {state, ledger} = run;
		const source = addedSource(
			createSource(own, ['a', 'b'], () => ({}), 'chat'),
			state,
			'chat',
			run.readEvent,
		);
		expect(source.count).toBe(state.count);
		for (let index = own; index < state.count; index++) {
			expect(source.id(index)).toBe(ledger.ids[index]);
			expect(source.queueOf(index)).toBe(ledger.queues[index]);
			expect(source.expand(index)).toEqual(addedRequest(run, index));
			expect(source.expand(index)).toMatchObject({index, stage: ledger.stages[index], body: {n: index}});
		}
	});
});

describe('a changed spec', () => {
	test('keeps what stages added, behind its own requests, in the queues of the same model', () => {
		const {state, take} = runFixture(
			created(3, [queueInfo('a'), queueInfo('b')]),
			sessionStarted(),
			addedEvent(3, {queue: 0}),
			addedEvent(4, {queue: 1}),
			started([4], start, 1),
			answered(4, {unjudged: true}),
		);
		take({
			type: 'spec-changed',
			at: start,
			specDigest: 'other',
			epoch: 2,
			count: 5,
			queues: [queueInfo('b'), queueInfo('c')],
			kept: [[1, 0, 2]],
			failedKinds: {},
		});
		expect(state.count).toBe(7);
		expect(state.added.from).toBe(5);
		expect([...state.added.queue.subarray(0, 2)].map(queue => state.queues[queue]!.info.key)).toEqual([
			'openai/a',
			'openai/b',
		]);
		expect([...state.unjudged]).toEqual([6]);
		expect(state.columns.status[6]).toBe(statusCode['in-flight']);
		expect(state.columns.offset[6]).toBe(5);
	});

	test('drops what it says that leaves, from the columns, the counts and the stages', () => {
		const {state, take} = runFixture(
			created(1, [queueInfo('a'), queueInfo('b')]),
			sessionStarted(),
			addedEvent(1, {queue: 0}),
			addedEvent(2, {queue: 1}),
			addedEvent(3, {queue: 0}),
			started([2, 3], start, 0),
			answered(3),
			answered(2),
		);
		take({
			type: 'spec-changed',
			at: start,
			specDigest: 'other',
			epoch: 2,
			count: 1,
			queues: [queueInfo('a')],
			kept: [],
			added: [[2, 1]],
			failedKinds: {},
		});
		expect(state.count).toBe(2);
		expect(state.epochs.at(-1)!.kept).toEqual([[1, 3, 1]]);
		expect(state.columns.status[1]).toBe(statusCode.done);
		expect([...state.added.offset.subarray(0, 1)]).toEqual([4]);
		expect(state.stages.map(({count}) => count)).toEqual([1]);
		expect(state.queues.map(({info}) => info.key)).toEqual(['openai/a']);
	});

	test('waits for no stage that it does not have', () => {
		const {state, take} = runFixture(created(1), sessionStarted());
		take({type: 'stage-opened', at: start, stage: 'judge'}, started([0]), answered(0));
		expect(isOver(state)).toBe(false);
		take({
			type: 'spec-changed',
			at: start,
			specDigest: 'other',
			epoch: 2,
			count: 1,
			queues: [queueInfo('gpt-4o-mini')],
			kept: [[0, 0, 1]],
			failedKinds: {},
		});
		expect(isOver(state)).toBe(true);
	});
});

test('a run is over when all its requests are and no stage is open', () => {
	const {state, take} = runFixture(created(0), sessionStarted());
	expect(isOver(state)).toBe(true);
	take({type: 'stage-opened', at: start, stage: 'task'});
	expect(isOver(state)).toBe(false);
	take(addedEvent(0), {type: 'stage-closed', at: start, stage: 'task'});
	expect(isOver(state)).toBe(false);
	take(started([0]), answered(0));
	expect(isOver(state)).toBe(true);
});

describe('a run that a stage stopped', () => {
	test.each([
		['a person goes on', {type: 'resumed', at: start} as const],
		['another session begins', sessionStarted()],
	])('goes on when %s', (_, event) => {
		const {state, take} = runFixture(created(1), sessionStarted());
		take({type: 'stage-failed', at: start, stage: 'task', reason: 'task.mjs:3: no'});
		expect(state.stageFailure).toBe('task.mjs:3: no');
		take(event);
		expect(state.stageFailure).toBeNull();
	});
});
