import {expect, test} from 'vitest';
import {
	createAgenda,
	nextCandidate,
	nextDue,
	takeCandidate,
	updateAgenda,
} from '../../source/domain/agenda.ts';
import {rangesOf} from '../../source/domain/batch.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {type RunState, statusCode} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {created, failed, queueInfo, runFixture, sessionStarted, started} from './run-fixture.ts';

const queues = [queueInfo('a'), queueInfo('b')];
const queueOf = (index: number) => index % queues.length;

/** The order by definition: every request is looked at. */
function expectedNext(state: RunState, queue: number, now: number): number | null {
	const {columns, waiting, moved, unwanted} = state;
	const places = [...columns.status.keys()]
		.filter(index => queueOf(index) === queue && !unwanted.has(index))
		.filter(index => columns.status[index] === statusCode.queued || (waiting.get(index) ?? Infinity) <= now)
		.map(index => {
			const rank = moved.get(index);
			if (rank !== undefined) {
				return [index, rank < 0 ? 0 : 3, rank] as const;
			}

			const due = waiting.get(index);
			return due === undefined ? ([index, 2, index] as const) : ([index, 1, due] as const);
		})
		.sort((one, other) => one[1] - other[1] || one[2] - other[2]);
	return places[0]?.[0] ?? null;
}

function walk(seed: number): void {
	const random = seededRandom(seed);
	const below = (limit: number) => Math.floor(random() * limit);
	const run = runFixture(created(40, queues), sessionStarted([null, null]));
	const {state} = run;
	const agenda = createAgenda(state, queueOf);
	const dueTimes = new Set<number>();
	let now = 1000;
	const apply = (event: RunEvent) => {
		run.take(event);
		updateAgenda(agenda, state, event);
	};
	const having = (...codes: readonly number[]) =>
		[...state.columns.status.keys()].filter(
			index => codes.includes(state.columns.status[index]!) && random() < 0.3,
		);
	const {queued, waiting} = statusCode;
	const none = {failedKinds: {}, failedByQueue: []};
	const acts: readonly (() => void)[] = [
		() => {
			const indexes = having(queued, waiting).sort(() => random() - 0.5);
			apply({
				type: 'requests-moved',
				at: now,
				to: random() < 0.5 ? 'front' : 'back',
				indexes: rangesOf(indexes),
			});
		},
		() => {
			const indexes = rangesOf(having(waiting));
			apply({type: 'requests-retried', at: now, waiting: indexes, failed: [], retriesUsed: 0, ...none});
		},
		() => {
			const failedOnes = having(statusCode.failed);
			const at = {type: 'requests-retried', at: now} as const;
			apply({...at, waiting: [], failed: rangesOf(failedOnes), retriesUsed: 0, ...none});
		},
		() => {
			const indexes = having(queued, waiting).slice(0, 3);
			const previous = indexes.map(() => -1);
			const byIndex = new Map(indexes.map(index => [index, state.waiting.get(index)]));
			apply({type: 'requests-given-up', at: now, indexes, previous, failedByQueue: []});
			if (random() < 0.5) {
				const waits = indexes.flatMap(index => (byIndex.get(index) ? [index, byIndex.get(index)!] : []));
				const more = {of: 3, to: 'open', waiting: waits, offsets: previous, wanted: []} as const;
				apply({type: 'requests-restored', at: now, indexes: rangesOf(indexes), ...more, ...none});
			}
		},
		() => {
			apply({type: 'requests-unwanted', at: now, indexes: rangesOf(having(statusCode['in-flight']))});
		},
		() => {
			now += below(3000);
		},
	];
	const act = (number: number) => acts[number]!();
	for (let step = 0; step < 400; step++) {
		act(random() < 0.3 ? below(acts.length) : acts.length - 1);
		for (const queue of queues.keys()) {
			const expected = expectedNext(state, queue, now);
			const candidate = nextCandidate(agenda, state, queue, now);
			const told = `seed ${seed} step ${step}`;
			expect(candidate?.index ?? null, told).toBe(expected);
			expect(nextCandidate(createAgenda(state, queueOf), state, queue, now)?.index ?? null, told).toBe(
				expected,
			);
			const later = [...state.waiting].filter(
				([index, due]) => queueOf(index) === queue && due > now && !state.unwanted.has(index),
			);
			const due = nextDue(agenda.queues[queue]!, state);
			if (later.length > 0 && expected === null) {
				expect(due, told).toBe(Math.min(...later.map(([, at]) => at)));
			}

			const open = [...state.columns.status.keys()].filter(
				index => queueOf(index) === queue && state.columns.status[index]! <= waiting,
			);
			expect(agenda.queues[queue]!.open, told).toBe(open.length);
			if (candidate && random() < 0.7) {
				takeCandidate(agenda, queue, candidate);
				apply(started([candidate.index], now, queue));
			}
		}

		const out = [...state.inFlight.keys()];
		const index = out[below(out.length)];
		if (index !== undefined && random() < 0.8) {
			let retryAt = now + below(9000);
			while (dueTimes.has(retryAt)) {
				retryAt++;
			}

			dueTimes.add(retryAt);
			const sequel = (['retry', 'hold', 'retry', 'fail'] as const)[below(4)]!;
			apply(failed(index, {at: now, sequel, retryAt: sequel === 'retry' ? retryAt : null}));
		}
	}
}

test('whatever a person moves, retries and gives up, the next one is the one that it should be', () => {
	const seed = testSeed('moved-agenda');
	for (let round = 0; round < 40; round++) {
		walk(seed + round);
	}
});

test('to move the last of 100,000 to the front costs no look at the others', () => {
	const run = runFixture(created(100_000), sessionStarted());
	const agenda = createAgenda(run.state, () => 0);
	const move = {type: 'requests-moved', at: 0, to: 'front', indexes: [[99_999, 1]]} as const;
	run.take(move);
	updateAgenda(agenda, run.state, move);
	expect(nextCandidate(agenda, run.state, 0, 0)).toEqual({index: 99_999, from: 'front', isPulled: false});
	expect(agenda.queues[0]!.cursor).toBe(0);
});
