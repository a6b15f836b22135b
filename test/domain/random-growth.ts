import {expandAdded} from '../../source/domain/added-source.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import type {Status} from '../../source/domain/state.ts';
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

/** What a growing run should amount to, counted by its author and not by `reduce`. */
export type GrowthLedger = {
	readonly status: Status[];
	readonly queues: number[];
	readonly ids: string[];
	readonly stages: string[];
	readonly unjudged: Set<number>;
	readonly used: Map<string, {requests: number; tokens: number; costPico: bigint}>;
	done: number;
	failed: number;
};

export type GrowingRun = RunFixture & {readonly ledger: GrowthLedger};

const queues = [queueInfo('a'), queueInfo('b')];
const stages = ['task', 'judge'];

export function addedEvent(
	index: number,
	{stage = 'task', queue = 0, at = start, id = `added-${index}`, parent = null as string | null} = {},
): RunEvent {
	const asked = {prompt: `Prompt of ${id}`, prompt_raw: '', prompt_args: {}};
	const request = {id, body: {model: 'm', n: index}, asked, modelArgs: {n: index}, input: {from: parent}};
	return {type: 'request-added', at, index, queue, stage, parent, id, request};
}

/** A run of `own` requests to which stages add others, and in which they judge the answers that they asked for. */
export function randomGrowth(
	random: () => number,
	own: number,
	steps: number,
	observe: (event: RunEvent) => void = () => {},
): GrowingRun {
	const below = (limit: number) => Math.floor(random() * limit);
	const fixture = runFixture(created(own, queues), sessionStarted([testPrice, testPrice]));
	const {state} = fixture;
	const ledger: GrowthLedger = {
		status: Array.from({length: own}, () => 'queued'),
		queues: Array.from({length: own}, (_, index) => index % 2),
		ids: Array.from({length: own}, (_, index) => String(index)),
		stages: Array.from({length: own}, () => ''),
		unjudged: new Set(),
		used: new Map(stages.map(name => [name, {requests: 0, tokens: 0, costPico: 0n}])),
		done: 0,
		failed: 0,
	};
	let at = start;
	const take = (event: RunEvent) => {
		fixture.take(event);
		observe(event);
	};
	for (const stage of stages) {
		take({type: 'stage-opened', at, stage});
	}

	function end(index: number): void {
		const usage = {input: below(100), cached: 0, output: below(100)};
		const costPico = below(1e9);
		const stage = ledger.used.get(ledger.stages[index]!);
		const previous = state.columns.offset[index]!;
		if (random() < 0.1) {
			ledger.status[index] = 'waiting';
			take(failed(index, {at, previous, sequel: 'retry'}));
			return;
		}

		if (stage) {
			stage.tokens += usage.input + usage.output;
			stage.costPico += BigInt(costPico);
		}

		if (ledger.stages[index] === 'task') {
			ledger.unjudged.add(index);
			take(answered(index, {at, usage, costPico, previous, unjudged: true}));
		} else {
			ledger.status[index] = 'done';
			ledger.done++;
			take(answered(index, {at, usage, costPico, previous}));
		}
	}

	function judge(index: number): void {
		const offset = state.columns.offset[index]!;
		const {usage, costPico, lane, startedAt} = fixture.readEvent(offset) as ReturnType<typeof answered>;
		const about = {
			at,
			index,
			queue: ledger.queues[index]!,
			lane,
			startedAt,
			usage,
			costPico,
			previous: offset,
		};
		ledger.unjudged.delete(index);
		const dice = random();
		if (dice < 0.6) {
			ledger.status[index] = 'done';
			ledger.done++;
			take({type: 'answer-accepted', ...about, value: {n: index}});
			return;
		}

		const sequel = dice < 0.8 ? 'retry' : 'fail';
		const retryAt = sequel === 'retry' ? at + 10 : null;
		ledger.status[index] = sequel === 'retry' ? 'waiting' : 'failed';
		ledger.failed += sequel === 'fail' ? 1 : 0;
		take({type: 'answer-refused', ...about, failure: failure('task', null, 'no'), sequel, retryAt});
	}

	for (let step = 0; step < steps; step++) {
		at += below(1000);
		const count = ledger.status.length;
		if (random() < 0.1 || count === 0) {
			const stage = stages[below(2)]!;
			const queue = below(2);
			const parent = count > 0 ? ledger.ids[below(count)]! : null;
			ledger.status.push('queued');
			ledger.queues.push(queue);
			ledger.ids.push(`added-${count}`);
			ledger.stages.push(stage);
			take(addedEvent(count, {stage, queue, at, parent}));
			continue;
		}

		const index = below(count);
		const status = ledger.status[index]!;
		if (status === 'queued' || status === 'waiting') {
			const used = ledger.used.get(ledger.stages[index]!);
			if (used) {
				used.requests++;
			}

			ledger.status[index] = 'in-flight';
			take(started([index], at, ledger.queues[index]!));
		} else if (status === 'in-flight') {
			if (ledger.unjudged.has(index)) {
				judge(index);
			} else {
				end(index);
			}
		}
	}

	return {...fixture, ledger};
}

/** As the journal has it. */
export function addedRequest({state, readEvent}: RunFixture, index: number) {
	return expandAdded(index, state, 'chat', readEvent);
}
