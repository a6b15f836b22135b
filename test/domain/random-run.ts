import type {AttemptFailed, RunEvent} from '../../source/domain/event.ts';
import {failureKinds} from '../../source/domain/failure.ts';
import type {Status} from '../../source/domain/state.ts';
import {randomBatchStep} from './random-batches.ts';
import {randomChange} from './random-changes.ts';
import {createTriage} from './random-triage.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	type RunFixture,
	runFixture,
	sessionStarted,
	start,
	started,
	testPrice,
} from './run-fixture.ts';

/** What a run should amount to, counted by its author and not by `reduce`. */
export type Ledger = {
	readonly status: Status[];
	readonly attempts: number[];
	readonly failedKinds: {[kind: string]: number};
	/** Why each request failed for good the last time. */
	readonly kinds: string[];
	tokens: {input: number; cached: number; output: number};
	costPico: number;
	unpriced: number;
	maybeBilledCalls: number;
	maybeBilledPico: number;
	maybeBilledTokens: number;
	sessionFinished: number;
	sessionCostPico: number;
	at: number;
};

export type RandomRun = RunFixture & {readonly ledger: Ledger; queueOf(index: number): number};

const queues = [queueInfo('a'), queueInfo('b'), queueInfo('c', 'local')];
const sequels: readonly AttemptFailed['sequel'][] = [
	...(['retry', 'wait', 'hold', 'requeue', 'fail'] as const),
	...(['more', 'conclude'] as const),
];
const statusAfter = {
	retry: 'waiting',
	wait: 'waiting',
	hold: 'queued',
	requeue: 'queued',
	fail: 'failed',
	more: 'queued',
	conclude: 'done',
} as const;

/** The queue of a request before anyone changed it. */
export const firstQueueOf = (index: number) => index % queues.length;

/**
 * A run of `count` requests after `steps` random things that can happen to one. `hasChanges`: a person changes
 * parameters and models on the way.
 */
export function randomRun(random: () => number, count: number, steps: number, hasChanges = false): RandomRun {
	const below = (limit: number) => Math.floor(random() * limit);
	const queueNow = Array.from({length: count}, (_, index) => firstQueueOf(index));
	const queueOf = (index: number) => queueNow[index]!;
	const prices = [testPrice, testPrice, null];
	const fixture = runFixture(created(count, queues), sessionStarted(prices));
	const ledger: Ledger = {
		status: Array.from({length: count}, () => 'queued'),
		attempts: Array.from({length: count}, () => 0),
		failedKinds: {},
		kinds: [],
		tokens: {input: 0, cached: 0, output: 0},
		costPico: 0,
		unpriced: 0,
		maybeBilledCalls: 0,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		sessionFinished: 0,
		sessionCostPico: 0,
		at: start,
	};

	const triage = createTriage(fixture, ledger, queueOf, random);

	function step(): void {
		ledger.at += below(2000);
		if (random() < 0.02) {
			triage();
			return;
		}

		if (random() < 0.3) {
			randomBatchStep(fixture, ledger, queueOf, random);
			return;
		}

		if (hasChanges && random() < 0.02) {
			randomChange(fixture, ledger, queueNow, random);
			return;
		}

		const index = below(count);
		const status = ledger.status[index]!;
		if (status === 'queued' || status === 'waiting') {
			ledger.status[index] = 'in-flight';
			ledger.attempts[index]!++;
			fixture.take(started([index], ledger.at, queueOf(index)));
		} else if (status === 'in-flight') {
			end(index);
		} else if (status !== 'batched' && random() < 0.05) {
			otherEvent(index);
		}
	}

	function end(index: number): void {
		const dice = random();
		if (dice < 0.05) {
			lose(index);
			return;
		}

		const input = below(5000);
		const usage = {input, cached: below(input + 1), output: below(500)};
		const costPico = fixture.state.queues[queueOf(index)]!.price ? below(1e9) : null;
		if (dice < 0.6) {
			const more = random() < 0.2;
			ledger.status[index] = more ? 'queued' : 'done';
			pay(usage, costPico);
			ledger.sessionFinished += more ? 0 : 1;
			fixture.take(
				answered(index, {
					at: ledger.at,
					usage,
					costPico,
					previous: offset(index),
					round: fixture.state.rounds.get(index) ?? 0,
					...(more ? {more} : null),
				}),
			);
			return;
		}

		const sequel = sequels[below(sequels.length)]!;
		const kind = failureKinds[below(failureKinds.length)]!;
		const billed = random() < 0.2;
		const paid = random() < 0.3;
		if (paid) {
			pay(usage, costPico);
		}

		if (sequel === 'fail') {
			ledger.failedKinds[kind] = (ledger.failedKinds[kind] ?? 0) + 1;
			ledger.kinds[index] = kind;
			ledger.sessionFinished++;
		}

		ledger.sessionFinished += sequel === 'conclude' ? 1 : 0;
		ledger.status[index] = statusAfter[sequel];
		ledger.maybeBilledCalls += billed ? 1 : 0;
		ledger.maybeBilledPico += billed ? 777 : 0;
		ledger.maybeBilledTokens += billed ? 77 : 0;
		fixture.take(
			failed(index, {
				at: ledger.at,
				sequel,
				round: fixture.state.rounds.get(index) ?? 0,
				failure: failure(kind, random() < 0.5 ? 500 : null, `${kind} of ${index}`),
				hinted: sequel === 'wait' && random() < 0.3,
				usage: paid ? usage : null,
				costPico: paid ? costPico : null,
				maybeBilled: billed,
				maybeBilledPico: billed ? 777 : 0,
				maybeBilledTokens: billed ? 77 : 0,
				previous: offset(index),
			}),
		);
	}

	function lose(index: number): void {
		ledger.status[index] = 'queued';
		ledger.maybeBilledCalls++;
		ledger.maybeBilledPico += 333;
		ledger.maybeBilledTokens += 33;
		fixture.take({
			type: 'attempts-lost',
			at: ledger.at,
			indexes: [index],
			reason: 'killed',
			maybeBilledPico: 333,
			maybeBilledCalls: 1,
			maybeBilledTokens: 33,
		});
	}

	function otherEvent(index: number): void {
		const others: readonly RunEvent[] = [
			{type: 'paused', at: ledger.at, cause: 'person'},
			{type: 'resumed', at: ledger.at},
			{type: 'queue-held', at: ledger.at, queue: queueOf(index), failure: failure('auth', 401)},
			{type: 'concurrency-changed', at: ledger.at, concurrency: 1 + below(100)},
		];
		fixture.take(others[below(others.length)]!);
	}

	function pay(usage: Ledger['tokens'], costPico: number | null): void {
		ledger.tokens.input += usage.input;
		ledger.tokens.cached += usage.cached;
		ledger.tokens.output += usage.output;
		ledger.unpriced += costPico === null ? 1 : 0;
		ledger.costPico += costPico ?? 0;
		ledger.sessionCostPico += costPico ?? 0;
	}

	const offset = (index: number) => fixture.state.columns.offset[index]!;
	for (let taken = 0; taken < steps; taken++) {
		step();
	}

	return {...fixture, ledger, queueOf};
}
