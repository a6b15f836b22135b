import {completionOf, learnedCompletion} from '../domain/completion.ts';
import {allowedOutput, demandOf, unknownOutput} from '../domain/demand.ts';
import {rateFor} from '../domain/joint-rate.ts';
import type {LaneChoice} from '../domain/lane-choice.ts';
import {laneOf} from '../domain/lane-choice.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {embeddingInputsOf, type LineSize, type ShardSize, shardLimits} from '../domain/shard.ts';
import {forecastRemote, forecastShards} from '../domain/shard-forecast.ts';
import type {RunState} from '../domain/state.ts';
import type {PlanPreview, WayPlan} from '../view/plan-preview.ts';
import {estimateRun, type LaneCost, type QueueEstimate, type RunEstimate} from './estimate-run.ts';
import {lastOf, type PlanPart, without} from './plan-parts.ts';
import {askedOnce, type Repeats, repeatedPreview, repeatedWay} from './repeated-plan.ts';

/** Seconds a direct call takes when nobody knows: an assumption that is named beside the figure. */
export const assumedCallSeconds = 2;

export type PlannedQueue = QueueEstimate & {
	/** Under the mode that holds, and under `auto`. */
	readonly choice: LaneChoice;
	readonly auto: LaneChoice;
	/** If all go by batch. */
	readonly shards: readonly ShardSize[];
	/** The last requests, too few for a batch of their own: `auto` sends them direct. */
	readonly tail: QueueEstimate | null;
};

export type RunPlan = {
	readonly estimate: RunEstimate;
	/** Where the completion ratio is from: the spec, 50 answers or more, or nowhere. */
	readonly completionFrom: 'given' | 'learned' | 'assumed';
	readonly queues: readonly PlannedQueue[];
	readonly preview: PlanPreview;
	/** As the mode has it: what a start would do. */
	readonly chosen: WayPlan;
};

export type PlanInput = {
	/** What is to be sent. */
	readonly source: RequestSource;
	/** With the prices of its queues. */
	readonly state: RunState;
	readonly rules: readonly QueueRules[];
	readonly settings: RunSettings;
	/** Absent: each request is asked once. */
	readonly repeats?: Repeats;
	/** By queue, where they are chosen already. */
	readonly lanes?: readonly LaneChoice['lane'][];
};

/** What the requests of a source would take by each way. Counts tokens; sends nothing. */
export async function planRun({
	source,
	state,
	rules,
	settings,
	repeats = askedOnce,
	lanes,
}: PlanInput): Promise<RunPlan> {
	const lines: LineSize[][] = source.queues.map(() => []);
	const prices = state.queues.map(({price}) => price);
	const measure = (request: Request, input: number, bytes: number) =>
		lines[request.queue]!.push(sizeOf(request, input, bytes, {state, rules, settings}));
	const learned = learnedCompletion(together(state.queues.map(({completion}) => completion)));
	const ratio = settings.completionRatio ?? learned;
	const estimate = await estimateRun(source, prices, rules, ratio, measure);
	const plan = async (queue: QueueEstimate, number: number): Promise<PlannedQueue> => {
		const choose = (mode: RunSettings['mode']) =>
			lanes
				? {lane: lanes[number]!, why: 'its requests do'}
				: laneOf(state, number, rules[number]!, queue.requests, {...settings, mode});
		const limits = shardLimits(settings, state.queues[number]!, rules[number]!);
		const shards = queue.hasBatch ? forecastShards(weighed(lines[number]!, queue.requests), limits) : [];
		const left = shards.length > 1 ? shards.at(-1)!.worst.requests : 0;
		const isTail = left > 0 && left < settings.batch.minRequests;
		const last = isTail ? await estimateRun(lastOf(source, number, left), prices, rules, ratio) : null;
		return {
			...queue,
			choice: choose(settings.mode),
			auto: choose('auto'),
			shards,
			tail: last?.queues[number] ?? null,
		};
	};
	const queues = await Promise.all(estimate.queues.map(plan));
	const way = (lane: PlanPart['lane']) =>
		wayPlan(
			queues.map(queue => ({requests: queue, lane, shards: queue.shards})),
			settings,
		);
	const auto = wayPlan(
		queues.flatMap(queue => partsOf(queue, queue.auto.lane, true)),
		settings,
	);
	const chosen =
		settings.mode === 'auto'
			? auto
			: wayPlan(
					queues.flatMap(queue => partsOf(queue, queue.choice.lane, false)),
					settings,
				);
	return {
		estimate,
		completionFrom: settings.completionRatio !== null ? 'given' : learned !== null ? 'learned' : 'assumed',
		queues,
		preview: repeatedPreview(
			{
				direct: way('direct'),
				batch: queues.every(({hasBatch}) => hasBatch) ? way('batch') : null,
				auto,
			},
			repeats,
		),
		chosen: repeatedWay(chosen, repeats),
	};
}

/** How a queue's requests are sent; with `leavesTail` the last go direct where they are few. */
function partsOf(queue: PlannedQueue, lane: LaneChoice['lane'], leavesTail: boolean): readonly PlanPart[] {
	const {tail, shards} = queue;
	if (lane !== 'batch') {
		return [{requests: queue, lane: 'direct', shards: []}];
	}

	return leavesTail && tail
		? [
				{requests: without(queue, tail), lane, shards: shards.slice(0, -1)},
				{requests: tail, lane: 'direct', shards: []},
			]
		: [{requests: queue, lane, shards}];
}

function sizeOf(
	{body, queue, endpoint}: Request,
	input: number,
	bytes: number,
	{state, rules, settings}: Omit<PlanInput, 'source'>,
): LineSize {
	const {price, completion} = state.queues[queue]!;
	const {maxOutput} = rules[queue]!;
	const allowed = allowedOutput(body, endpoint, maxOutput) ?? unknownOutput;
	return {
		bytes,
		input,
		output: allowed * completionOf(settings.completionRatio, completion),
		embeddingInputs: embeddingInputsOf(body, endpoint),
		worst: demandOf(body, endpoint, maxOutput, input, price, 'batch'),
	};
}

/** Where only a sample was measured, each line stands for its share of the requests. */
function* weighed(sizes: readonly LineSize[], requests: number) {
	for (const [position, size] of sizes.entries()) {
		const before = Math.floor((position * requests) / sizes.length);
		yield {size, requests: Math.floor(((position + 1) * requests) / sizes.length) - before};
	}
}

function wayPlan(parts: readonly PlanPart[], settings: RunSettings): WayPlan {
	const filled = parts.filter(({requests}) => requests.requests > 0);
	const sent = filled.map(({requests}) => requests);
	const ofLane = (lane: PlanPart['lane']) =>
		filled.filter(part => part.lane === lane).map(({requests}) => requests);
	const [direct, batched] = [ofLane('direct'), ofLane('batch')];
	const shards = filled.flatMap(part => (part.lane === 'batch' ? part.shards : []));
	const costs = [...direct.map(queue => queue.direct), ...batched.map(({batch}) => batch)];
	const {waves, mostTokens} = forecastRemote(shards, settings.remote);
	return {
		calls: sum(direct, ({requests}) => requests) ?? 0,
		files: shards.length,
		bytes: sum(shards, ({bytes}) => bytes) ?? 0,
		inputTokens: sum(sent, ({inputTokens}) => inputTokens) ?? 0,
		outputTokens: sum(sent, ({outputTokens}) => outputTokens),
		maxOutputTokens: sum(sent, ({maxOutputTokens}) => maxOutputTokens),
		usd: sum(costs, cost => costWith(cost, 'outputUsd')),
		maxUsd: sum(costs, cost => costWith(cost, 'maxOutputUsd')),
		directSeconds: directSeconds(direct, settings),
		waves,
		enqueuedTokens: sum(batched, ({inputTokens}) => inputTokens) ?? 0,
		mostEnqueuedTokens: Math.round(mostTokens),
	};
}

function costWith(cost: LaneCost | null, output: 'outputUsd' | 'maxOutputUsd'): number | null {
	const outputUsd = cost?.[output] ?? null;
	return cost === null || outputUsd === null ? null : cost.inputUsd + outputUsd;
}

/** The concurrency is shared, requests and tokens per minute are each queue's own. */
function directSeconds(queues: readonly QueueEstimate[], {rate}: RunSettings): number {
	const byCalls = ((sum(queues, ({requests}) => requests) ?? 0) / rate.concurrency) * assumedCallSeconds;
	const joint = rate.joint ?? [];
	const byRates = queues.map(({key, requests, inputTokens, maxOutputTokens}) =>
		Math.max(
			rate.rpm === null || rateFor(joint, key) !== null ? 0 : (requests / rate.rpm) * 60,
			rate.tpm === null ? 0 : ((inputTokens + (maxOutputTokens ?? 0)) / rate.tpm) * 60,
		),
	);
	const together = joint.map(({rpm, queues: keys}) => {
		const own = queues.filter(({key}) => keys.includes(key));
		return ((sum(own, ({requests}) => requests) ?? 0) / rpm) * 60;
	});
	return Math.ceil(Math.max(byCalls, ...byRates, ...together));
}

function together(counts: readonly (readonly number[])[]): readonly number[] {
	const longest = Math.max(0, ...counts.map(({length}) => length));
	return Array.from({length: longest}, (_, share) =>
		counts.reduce((total, part) => total + (part[share] ?? 0), 0),
	);
}

/** Null as soon as one part is unknown. */
function sum<Item>(items: readonly Item[], amount: (item: Item) => number | null): number | null {
	let total = 0;
	for (const item of items) {
		const part = amount(item);
		if (part === null) {
			return null;
		}

		total += part;
	}

	return total;
}
