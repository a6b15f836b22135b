import {indexesOf, rangesOf} from '../../source/domain/batch.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import type {Failure} from '../../source/domain/failure.ts';
import type {RequestSource} from '../../source/domain/request.ts';
import {failureIn, lineBefore, requestLine} from '../../source/domain/request-line.ts';
import {statuses} from '../../source/domain/state.ts';
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
} from '../domain/run-fixture.ts';

const queues = [queueInfo('gpt-4o-mini'), queueInfo('gpt-4o'), queueInfo('llama', 'local')];

/** Messages of eight causes, each time with other particulars. */
const messages: readonly ((number: number) => Failure)[] = [
	number => failure('server', 500, `internal error, request req_${number}a`),
	number => failure('rate_limit', 429, `slow down, try again in ${number}ms`),
	() => failure('timeout', null, 'no answer in time'),
	number => failure('context_length', 400, `asked for ${number} tokens of 128000`),
	number => ({...failure('invalid_request', 400, `no such field "f${number}"`), code: 'unknown_parameter'}),
	() => failure('truncated', 200, 'the answer was cut short'),
	number => failure('network', null, `connect ECONNREFUSED 127.0.0.1:${number}`),
	() => failure('malformed', 200, ''),
];

export type TriageRun = RunFixture & {
	readonly source: Pick<RequestSource, 'id' | 'hasIds' | 'queueOf' | 'queues' | 'expand'>;
	/** What the journal says of one request's last failure, read anew. */
	lastFailure(index: number): Failure | null;
	/** Picodollars of its failed attempts, along its chain. */
	spentOn(index: number): number;
	statusOf(index: number): (typeof statuses)[number];
};

/** Requests with ids of their own, or with their index as id. */
export function triageRun(count: number, ids: 'own' | 'decimal' = 'decimal'): TriageRun {
	const run = runFixture(created(count, queues), sessionStarted([testPrice, testPrice, null]));
	const {state} = run;
	const id = ids === 'own' ? (index: number) => `Doc-${(index * 7919) % count}` : String;
	return {
		...run,
		source: {
			queues,
			hasIds: ids === 'own',
			queueOf: index => index % queues.length,
			id,
			expand: index => ({
				id: id(index),
				index,
				queue: index % queues.length,
				endpoint: 'chat',
				provider: 'openai',
				model: queues[index % queues.length]!.model,
				modelArgs: {},
				body: {},
				asked: {prompt: `Summarise filing ${index % 10}`, prompt_raw: '', prompt_args: {}},
				input: {},
			}),
		},
		lastFailure(index) {
			const offset = state.columns.offset[index]!;
			return offset < 0 ? null : failureIn(run.readEvent(offset));
		},
		spentOn(index) {
			let sum = 0;
			for (let offset = state.columns.offset[index]!; offset >= 0; ) {
				const event = run.readEvent(offset);
				if (failureIn(event) === null) {
					break;
				}

				sum += event.type === 'attempt-failed' ? (event.costPico ?? 0) : 0;
				const line = requestLine(event);
				offset = line ? lineBefore(line, index) : -1;
			}

			return sum;
		},
		statusOf: index => statuses[state.columns.status[index]!]!,
	};
}

/** Random things that happen to requests and that a person does to them; each is taken in before it is told. */
export function happen(
	run: TriageRun,
	random: () => number,
	steps: number,
	tell: (event: RunEvent) => void = () => {},
): void {
	const {state, source} = run;
	const below = (limit: number) => Math.floor(random() * limit);
	const none = {failedKinds: {}, failedByQueue: []};
	let at = Math.max(start, state.lastFinishedAt);
	let lastGivenUp: RunEvent | null = null;
	const take = (event: RunEvent) => {
		run.take(event);
		tell(event);
	};

	const offset = (index: number) => state.columns.offset[index]!;
	const some = (index: number) =>
		[index, index + 1, index + 2].filter(
			one => one < state.count && run.statusOf(one) === run.statusOf(index),
		);
	for (let step = 0; step < steps; step++) {
		at += below(3000);
		const index = below(state.count);
		const dice = random();
		const ranges = rangesOf(some(index));
		const usage = {input: below(5000), cached: 0, output: below(500)};
		const costPico = source.queueOf(index) === 2 ? null : below(1e9);
		switch (run.statusOf(index)) {
			case 'queued':
			case 'waiting':
				if (dice < 0.8) {
					take(started([index], at, source.queueOf(index)));
				} else if (dice < 0.85) {
					const indexes = some(index);
					lastGivenUp = {
						type: 'requests-given-up',
						at,
						indexes,
						previous: indexes.map(offset),
						failedByQueue: [],
					};
					take(lastGivenUp);
				} else if (dice < 0.9) {
					take({type: 'requests-moved', at, to: random() < 0.5 ? 'front' : 'back', indexes: ranges});
				} else if (dice < 0.95) {
					take({
						type: 'params-changed',
						at,
						indexes: ranges,
						change: {model: null, body: {max_tokens: 5}},
						queueKey: null,
						failedByQueue: [],
					});
				} else if (run.statusOf(index) === 'waiting') {
					take({type: 'requests-retried', at, waiting: ranges, failed: [], retriesUsed: 2, ...none});
				}

				break;
			case 'in-flight':
				if (dice < 0.3) {
					const raw = `{"choices":[{"message":{"content":"Answer ${below(9)}"},"finish_reason":"stop"}]}`;
					take(answered(index, {at, usage, costPico, previous: offset(index), raw}));
				} else if (dice < 0.35) {
					take({
						type: 'attempts-lost',
						at,
						indexes: [index],
						reason: 'killed',
						maybeBilledPico: 0,
						maybeBilledCalls: 0,
					});
				} else {
					const isPaid = random() < 0.4;
					take(
						failed(index, {
							at,
							sequel: (['retry', 'wait', 'hold', 'fail', 'fail'] as const)[below(5)]!,
							failure: messages[below(messages.length)]!(below(1000)),
							usage: isPaid ? usage : null,
							costPico: isPaid ? costPico : null,
							previous: offset(index),
						}),
					);
				}

				break;
			case 'failed':
				if (dice < 0.2) {
					take({type: 'requests-wiped', at, what: 'failed', indexes: ranges, ...none});
				} else if (dice < 0.3) {
					take({type: 'requests-retried', at, waiting: [], failed: ranges, retriesUsed: 2, ...none});
				} else if (dice < 0.5 && lastGivenUp?.type === 'requests-given-up') {
					const {indexes, previous} = lastGivenUp;
					if (indexes.every(one => state.columns.offset[one] === run.events.indexOf(lastGivenUp!))) {
						const back = rangesOf(indexes.filter(one => run.statusOf(one) === 'failed'));
						const offsets = [...indexesOf(back)].map(one => previous[indexes.indexOf(one)]!);
						take({
							type: 'requests-restored',
							at,
							of: indexes.length,
							to: 'open',
							indexes: back,
							waiting: [],
							offsets,
							wanted: [],
							...none,
						});
					}
				}

				break;
			default:
		}
	}
}
