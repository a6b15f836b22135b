import {expect, test} from 'vitest';
import {indexesOf} from '../../source/domain/batch.ts';
import {createState} from '../../source/domain/create-state.ts';
import {hasOutcome, type RunEvent} from '../../source/domain/event.ts';
import {opinionsAsking} from '../../source/domain/opinions.ts';
import {reduce} from '../../source/domain/reduce.ts';
import {type RunState, statusCode, statuses} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {answered, failed, finish, price} from './engine-fixture.ts';
import {errorLine, type InputLine, okLine} from './fake-batch-lines.ts';
import {pass} from './triage-fixture.ts';

const count = 120;

/** Half of the runs ask each request two or three times. */
const asking = opinionsAsking({min: 2, max: 3, confidence: 0.6, label: null, clear: null});

/** What nobody may start: by the author of this test, and not by `reduce`. */
function checkStarts(events: readonly RunEvent[], told: string): void {
	const closed = new Set<number>();
	const unwanted = new Set<number>();
	for (const event of events) {
		switch (event.type) {
			case 'attempt-started':
			case 'shard-cut':
				for (const index of event.type === 'shard-cut' ? indexesOf(event.indexes) : event.indexes) {
					expect(closed.has(index) || unwanted.has(index), `${told}: ${event.type} of ${index}`).toBe(false);
				}

				break;
			case 'attempt-answered':
				if (!event.more) {
					unwanted.delete(event.index);
					closed.add(event.index);
				}

				break;
			case 'attempt-failed':
				if (hasOutcome(event.sequel)) {
					unwanted.delete(event.index);
					closed.add(event.index);
				}

				break;
			case 'requests-unwanted':
				for (const index of indexesOf(event.indexes)) {
					unwanted.add(index);
				}

				break;
			case 'requests-given-up':
				for (const index of event.indexes) {
					expect(closed.has(index), `${told}: ${index} was given up twice`).toBe(false);
					unwanted.delete(index);
					closed.add(index);
				}

				break;
			case 'requests-wiped':
			case 'requests-retried':
			case 'requests-restored': {
				const ranges = event.type === 'requests-retried' ? event.failed : event.indexes;
				for (const index of indexesOf(ranges)) {
					if (event.type === 'requests-restored' && event.to === 'failed') {
						closed.add(index);
					} else {
						closed.delete(index);
					}
				}

				for (const index of indexesOf(event.type === 'requests-restored' ? event.wanted : [])) {
					unwanted.delete(index);
				}

				break;
			}

			default:
		}
	}
}

/** The same facts from the beginning, at the places where they stand. */
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

function randomEnd(random: () => number) {
	return (lines: readonly InputLine[]) => ({
		cancelled: {output: lines.filter((_, at) => at % 4 === 1).map(line => okLine(line)), errors: null},
		status: random() < 0.5 ? 'completed' : 'expired',
		output: lines.filter((_, at) => at % 3 !== 0).map(line => okLine(line)),
		errors: lines.filter((_, at) => at % 6 === 0).map(line => errorLine(line, 'server_error', 500)),
	});
}

async function walk(seed: number): Promise<void> {
	const random = seededRandom(seed);
	const below = (limit: number) => Math.floor(random() * limit);
	const told = `seed ${seed}`;
	const mode = random() < 0.5 ? ('batch' as const) : ('auto' as const);
	const options = {
		count,
		leaveWhenStuck: false,
		api: {runMs: 3000, end: randomEnd(random)},
		batch: {maxRequests: 40, minRequests: 25, pollMs: 500},
		settings: {mode, guard: {minPassRatio: 0, maxPassFailures: 1e9, processFailedBatches: -1}},
		rate: {concurrency: 6},
		retry: {initialMs: 400, maxRetries: 1},
		...(seed % 2 === 0 ? null : {asking}),
		script: () => {
			const dice = random();
			const outcome =
				dice < 0.5
					? answered(random() < 0.6 ? 'yes' : 'no')
					: dice < 0.7
						? failed('server', 503)
						: dice < 0.85
							? failed('rate_limit', 429)
							: failed('invalid_request', 400);
			return {afterMs: 1 + below(900), outcome};
		},
		abortedAfterMs: 50,
		// In the middle of what a batch brought.
		killAfter: (event: RunEvent) =>
			!isCalm && 'lane' in event && 'batchId' in event && event.lane === 'batch' && random() < 0.02,
	};
	let isCalm = false;
	let fixture = createBatchFixture(options);
	const act = () => {
		const {engine, state} = fixture;
		const some = () =>
			[...state.columns.status.keys()].filter(() => random() < 0.15).sort(() => random() - 0.5);
		const model = random() < 0.5 ? 'big' : 'small';
		const queueKey = `openai/${model}`;
		const added = {
			info: {key: queueKey, provider: 'openai', model},
			price,
			rules: {hasBatch: model === 'big', maxOutput: null},
		};
		const shard = 1 + below(Math.max(1, state.lastShard));
		const commands = [
			{type: 'change-params', indexes: some(), change: {model, body: {}}, queueKey, added},
			{type: 'cancel-batch', shard, pullsTail: random() < 0.7},
			{type: 'give-up', indexes: some()},
			{type: 'give-up', indexes: [...state.inFlight.keys()]},
			{type: 'retry', indexes: some()},
			{type: 'move', indexes: some(), to: random() < 0.5 ? 'front' : 'back'},
			{type: 'wipe-failed', indexes: random() < 0.3 ? 'all' : some()},
			{type: 'undo'},
			{type: 'undo'},
			{type: 'force-direct', isOn: random() < 0.3},
		] as const;
		engine.send(commands[below(commands.length)]!);
	};

	for (let step = 0; step < 40 && !isOver(fixture); step++) {
		await pass(fixture, below(700));
		if (isOver(fixture)) {
			break;
		}

		if (fixture.isKilled()) {
			fixture = killed(fixture, options);
		}

		act();
		if (random() < 0.15) {
			await pass(fixture, below(3));
			fixture = killed(fixture, options);
		}
	}

	isCalm = true;
	fixture = fixture.isKilled() ? killed(fixture, options) : fixture;
	expect(await finish(fixture), told).toEqual({reason: 'done'});
	const {state} = fixture;
	const events = fixture.record();
	checkStarts(events, told);
	const recount = statuses.map(
		status => [...state.columns.status].filter(code => code === statusCode[status]).length,
	);
	expect(state.totals.status, told).toEqual(recount);
	const failedCount = [...state.totals.failed.values()].reduce((sum, kind) => sum + kind, 0);
	expect(failedCount, told).toBe(recount[statusCode.failed]);
	expect(
		state.queues.reduce((sum, queue) => sum + queue.failed, 0),
		told,
	).toBe(failedCount);
	// Every answer of a batch is paid for, and once.
	let answers = 0;
	for (const {isCancelled, end} of fixture.api.batches.values()) {
		answers += (isCancelled ? end.cancelled : end)?.output?.length ?? 0;
	}

	expect(state.totals.cost.batch, told).toBe(37_500_000n * BigInt(answers));
	expect([state.unwanted.size, state.moved.size, state.waiting.size], told).toEqual([0, 0, 0]);
	const again = replayed(events);
	expect(again.totals, told).toEqual(state.totals);
	expect([again.rounds, again.roundDue], told).toEqual([state.rounds, state.roundDue]);
	for (const index of state.rounds.keys()) {
		expect(state.columns.status[index], told).toBe(statusCode.failed);
	}
}

function isOver({state}: BatchFixture): boolean {
	return state.totals.status[statusCode.done]! + state.totals.status[statusCode.failed]! === count;
}

/** The process dies; the next session begins with what it left. */
function killed(fixture: BatchFixture, options: Parameters<typeof createBatchFixture>[0]): BatchFixture {
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

test('whatever a person does, and whenever the process dies: nothing given up starts, and all adds up', async () => {
	const seed = testSeed('triage-walk');
	for (let round = 0; round < 12; round++) {
		await walk(seed + round);
	}
}, 60_000);
