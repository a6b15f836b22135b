import {expect, test} from 'vitest';
import {indexesOf} from '../../source/domain/batch.ts';
import {createState} from '../../source/domain/create-state.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {type RunState, statusCode} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type BatchFixture, type BatchFixtureOptions, createBatchFixture} from './batch-fixture.ts';
import {answered, failed, finish} from './engine-fixture.ts';
import {errorLine, type InputLine, okLine} from './fake-batch-lines.ts';
import {pass} from './triage-fixture.ts';

const count = 90;

test('whatever a person does, and whenever the process dies: of twins one is out, and none after an answer', async () => {
	const seed = testSeed('twins');
	for (let round = 0; round < 12; round++) {
		await walk(seed + round);
	}
}, 60_000);

async function walk(seed: number): Promise<void> {
	const random = seededRandom(seed);
	const below = (limit: number) => Math.floor(random() * limit);
	const twins = Int32Array.from({length: count}, (_, index) =>
		random() < 0.6 && index > 3 ? index - 1 - below(3) : -1,
	);
	// Two that follow the same one would fork the chain.
	const taken = new Set<number>();
	for (const [index, before] of twins.entries()) {
		twins[index] = taken.has(before) ? -1 : before;
		taken.add(before);
	}

	const options: BatchFixtureOptions = {
		count,
		twins,
		leaveWhenStuck: false,
		api: {runMs: 3000, end: randomEnd(random)},
		batch: {maxRequests: 25, minRequests: 15, pollMs: 500},
		settings: {
			mode: random() < 0.5 ? 'batch' : 'auto',
			guard: {minPassRatio: 0, maxPassFailures: 1e9, processFailedBatches: -1},
		},
		rate: {concurrency: 5},
		retry: {initialMs: 300, maxRetries: 1},
		script: () => {
			const dice = random();
			const outcome =
				dice < 0.5 ? answered() : dice < 0.7 ? failed('server', 503) : failed('invalid_request', 400);
			return {afterMs: 1 + below(900), outcome};
		},
		abortedAfterMs: 50,
	};
	let fixture = createBatchFixture(options);
	for (let step = 0; step < 35 && !isOver(fixture); step++) {
		await pass(fixture, below(700));
		const {state, engine} = fixture;
		const some = () =>
			[...state.columns.status.keys()].filter(() => random() < 0.15).sort(() => random() - 0.5);
		const commands = [
			{
				type: 'change-params',
				indexes: some(),
				change: {model: null, body: {seed: 1}},
				queueKey: null,
				added: null,
			},
			{type: 'give-up', indexes: some()},
			{type: 'give-up', indexes: [...state.inFlight.keys()]},
			{type: 'retry', indexes: some()},
			{type: 'move', indexes: some(), to: random() < 0.5 ? 'front' : 'back'},
			{type: 'wipe-failed', indexes: random() < 0.3 ? 'all' : some()},
			{type: 'cancel-batch', shard: 1 + below(3), pullsTail: random() < 0.7},
			{type: 'undo'},
			{type: 'undo'},
		] as const;
		engine.send(commands[below(commands.length)]!);
		await pass(fixture, 1);
		checkStartable(fixture, twins, `seed ${seed}`);
		if (random() < 0.15) {
			fixture = killed(fixture, options);
		}
	}

	expect(await finish(fixture), `seed ${seed}`).toEqual({reason: 'done'});
	checkOut(fixture.record(), twins, `seed ${seed}`);
	expect(replayed(fixture.record()).totals, `seed ${seed}`).toEqual(fixture.state.totals);
}

/** What the agenda says is open is what a look at all requests finds. */
function checkStartable({engine, state}: BatchFixture, twins: Int32Array, told: string): void {
	const {startable} = engine.status();
	const groups = groupsOf(twins);
	const {status} = state.columns;
	let open = 0;
	for (let index = 0; index < count; index++) {
		const isOpen = status[index] === statusCode.queued || status[index] === statusCode.waiting;
		open += isOpen && (groups[index]! < 0 || state.changed.has(index)) ? 1 : 0;
	}

	for (const group of new Set([...groups].filter(one => one >= 0))) {
		const members = [...groups.keys()].filter(index => groups[index] === group && !state.changed.has(index));
		const codes = members.map(index => status[index]);
		const isBusy = codes.some(code => code === statusCode['in-flight'] || code === statusCode.batched);
		const isDone = codes.includes(statusCode.done);
		const isAnyOpen = codes.some(code => code === statusCode.queued || code === statusCode.waiting);
		open += isAnyOpen && !isBusy && !isDone ? 1 : 0;
	}

	const pulled = [...state.pulled].filter(
		index => status[index] === statusCode.queued || status[index] === statusCode.waiting,
	).length;
	expect(startable![0]! + pulled, told).toBeGreaterThanOrEqual(open);
	expect(startable![0]!, told).toBeLessThanOrEqual(open);
}

function groupsOf(twins: Int32Array): Int32Array {
	const groups = new Int32Array(twins.length).fill(-1);
	for (const [index, before] of twins.entries()) {
		if (before >= 0) {
			groups[before] = groups[before]! < 0 ? before : groups[before]!;
			groups[index] = groups[before]!;
		}
	}

	return groups;
}

function checkOut(events: readonly RunEvent[], twins: Int32Array, told: string): void {
	const groups = groupsOf(twins);
	const out = new Map<number, number>();
	const done = new Set<number>();
	const changed = new Set<number>();
	const back = (index: number) => {
		if (out.get(groups[index]!) === index) {
			out.delete(groups[index]!);
		}
	};

	for (const event of events) {
		switch (event.type) {
			case 'attempt-started':
			case 'shard-cut':
				for (const index of event.type === 'shard-cut' ? indexesOf(event.indexes) : event.indexes) {
					const group = groups[index]!;
					if (group >= 0 && !changed.has(index)) {
						expect(out.get(group) ?? index, `${told}: beside ${index}`).toBe(index);
						expect(done.has(group), `${told}: ${index} after an answer`).toBe(false);
						out.set(group, index);
					}
				}

				break;
			case 'params-changed':
				for (const index of indexesOf(event.indexes)) {
					changed.add(index);
					back(index);
				}

				break;
			case 'attempt-answered':
				back(event.index);
				if (groups[event.index]! >= 0 && !changed.has(event.index)) {
					done.add(groups[event.index]!);
				}

				break;
			case 'attempt-failed':
				back(event.index);
				break;
			case 'attempts-lost':
			case 'requests-given-up':
				event.indexes.forEach(back);
				break;
			case 'shard-released':
				out.clear();
				break;
			default:
		}
	}
}

function randomEnd(random: () => number) {
	return (lines: readonly InputLine[]) => ({
		cancelled: {output: lines.filter((_, at) => at % 4 === 1).map(line => okLine(line)), errors: null},
		status: random() < 0.5 ? 'completed' : 'expired',
		output: lines.filter((_, at) => at % 3 !== 0).map(line => okLine(line)),
		errors: lines.filter((_, at) => at % 6 === 0).map(line => errorLine(line, 'server_error', 500)),
	});
}

function isOver({state}: BatchFixture): boolean {
	return state.totals.status[statusCode.done]! + state.totals.status[statusCode.failed]! === count;
}

function replayed(events: readonly RunEvent[]): RunState {
	const again = createState();
	const queues = [{key: 'openai/m', provider: 'openai', model: 'm'}];
	const about = {runId: 'r', toolVersion: '0', specDigest: 'd', simulated: null, count, queues};
	reduce(again, {type: 'run-created', at: 1_000_000, ...about}, 0);
	for (const event of events) {
		reduce(again, event, 0);
	}

	return again;
}

function killed(fixture: BatchFixture, options: BatchFixtureOptions): BatchFixture {
	fixture.engine.forsake();
	const events = fixture.record();
	const {inFlight} = replayed(events);
	const lost: RunEvent = {
		type: 'attempts-lost',
		at: fixture.clock.now(),
		indexes: [...inFlight.keys()],
		reason: 'killed',
		maybeBilledPico: 0,
		maybeBilledCalls: inFlight.size,
	};
	return createBatchFixture({...options, after: fixture, earlier: [...events, lost]});
}
