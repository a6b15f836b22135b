import {giveBack, nextCandidate, takeCandidate} from '../domain/agenda.ts';
import {rangesOf} from '../domain/batch.ts';
import type {ShardWriter} from '../domain/batch-ports.ts';
import {limitInTheWay, roomUnder, takeRoom} from '../domain/ceiling.ts';
import type {AttemptFailed} from '../domain/event.ts';
import type {Failure} from '../domain/failure.ts';
import {usd} from '../domain/money.ts';
import {isOpen} from '../domain/open-count.ts';
import {isBatchHalted} from '../domain/plan.ts';
import {addLine, emptyShard, impossibleLine, isWithin, shardLimits} from '../domain/shard.ts';
import type {BatchLaneOptions} from './batch-lane.ts';
import {shardLine} from './measure-line.ts';
import {roundEvent} from './round-event.ts';

/** A file of 50,000 lines takes a second or two: after this long, or so many lines, others have their turn. */
const sliceMs = 10;
const sliceLines = 250;

/** The disk refused the file: why. Null when it did not, whether a shard was cut or given up. */
export type CutRefusal = string | null;

/**
 * Takes requests of a queue, greedily, into the file of the next shard, until it is full or none is left. Nothing is
 * on record before the file is on the disk; until then it can be broken off, and its requests are as they were.
 */
export async function cutShard(
	queue: number,
	lane: BatchLaneOptions,
	signal: AbortSignal,
): Promise<CutRefusal> {
	const {state, agenda, files, clock} = lane;
	const shard = state.lastShard + 1;
	const taken: number[] = [];
	const changesBefore = state.changes.length;
	let writer: ShardWriter | null = null;
	let isCut = false;
	try {
		writer = files.begin(shard);
		const size = await gather(queue, shard, writer, taken, lane, signal);
		if (size === null || taken.length === 0) {
			return null;
		}

		const {bytes, sha256} = await writer.finish();
		writer = null;
		// Requests that left the queue since they were taken would go out twice.
		const isStale = state.changes.length > changesBefore || !taken.every(index => isOpen(state, index));
		if (isStale || !mayCut(queue, lane, signal) || !fitsCeilings(size.worst, lane)) {
			await files.remove(shard);
			return null;
		}

		lane.record({
			type: 'shard-cut',
			at: clock.now(),
			shard,
			queue,
			indexes: rangesOf(taken),
			count: taken.length,
			bytes,
			sha256,
			input: size.input,
			output: size.output,
			worstTokens: size.worst.tokens,
			worstPico: Number(size.worst.costPico),
		});
		isCut = true;
		lane.onStep?.('cut');
		return null;
	} catch (error) {
		if (!isDiskError(error)) {
			throw error;
		}

		return error.message;
	} finally {
		if (!isCut) {
			await writer?.discard().catch(() => {});
			for (const index of taken) {
				giveBack(agenda, state, index);
			}
		}
	}
}

/** Null when it was broken off. */
async function gather(
	queue: number,
	shard: number,
	writer: ShardWriter,
	taken: number[],
	lane: BatchLaneOptions,
	signal: AbortSignal,
) {
	const {state, agenda, clock, settings} = lane;
	const limits = shardLimits(settings, state.queues[queue]!, lane.queueRules[queue]!);
	const seen = new Set<number>();
	let size = emptyShard;
	for (;;) {
		const began = clock.now();
		const room = roomUnder(state, settings.limits, lane.held());
		takeRoom(room, size.worst);
		for (let lines = 0; lines < sliceLines && clock.now() - began < sliceMs; lines++) {
			const candidate = nextCandidate(agenda, state, queue, began);
			if (candidate === null) {
				return size;
			}

			// A request that came back twice stands on the agenda twice.
			if (seen.has(candidate.index)) {
				takeCandidate(agenda, queue, candidate);
				continue;
			}

			const line = shardLine(candidate.index, shard, taken.length, lane);
			const refusal = impossibleLine(line.size, lane.queueRules[queue]!);
			if (refusal !== null) {
				takeCandidate(agenda, queue, candidate);
				seen.add(candidate.index);
				refuse(candidate.index, queue, refusal, lane);
				continue;
			}

			const grown = addLine(size, line.size);
			const isFirst = taken.length === 0;
			if (isFirst && limits.costPico !== null && line.size.worst.costPico > limits.costPico) {
				trip(candidate.index, line.size.worst.costPico, limits.costPico, lane);
				return null;
			}

			// A request that is larger than the limits goes alone: the API takes it.
			if ((!isFirst && !isWithin(grown, limits)) || limitInTheWay(room, line.size.worst) !== null) {
				return size;
			}

			takeCandidate(agenda, queue, candidate);
			seen.add(candidate.index);
			taken.push(candidate.index);
			takeRoom(room, line.size.worst);
			writer.append(line.text);
			size = grown;
		}

		await new Promise<void>(resolve => {
			clock.soon(resolve);
		});
		if (!mayCut(queue, lane, signal)) {
			return null;
		}
	}
}

/** A person, a ceiling or a signal may have come in between. */
function mayCut(queue: number, {state, status, lanes}: BatchLaneOptions, signal: AbortSignal): boolean {
	return !signal.aborted && !isBatchHalted(state, status()) && lanes()[queue] !== 'direct';
}

function fitsCeilings(worst: Parameters<typeof limitInTheWay>[1], lane: BatchLaneOptions): boolean {
	return limitInTheWay(roomUnder(lane.state, lane.settings.limits, lane.held()), worst) === null;
}

/** No lane could send it. It is on record as a call that was refused at once. */
function refuse(index: number, queue: number, why: string, lane: BatchLaneOptions): void {
	const {state, source, rules, clock, record} = lane;
	const at = clock.now();
	const failure: Failure = {
		kind: 'invalid_request',
		status: null,
		code: null,
		message: `Not sent: ${why}.`,
	};
	const previous = state.columns.offset[index]!;
	record({type: 'attempt-started', at, queue, indexes: [index]});
	const event: AttemptFailed = {
		type: 'attempt-failed',
		at,
		index,
		lane: 'direct',
		startedAt: at,
		batchId: null,
		requestId: null,
		previous,
		failure,
		sequel: 'fail',
		retryAt: null,
		hinted: false,
		usage: null,
		costPico: null,
		maybeBilled: false,
		maybeBilledPico: 0,
		maybeBilledTokens: 0,
		raw: null,
	};
	const request = source.expand(index);
	record(rules.rounds?.asking.concerns(request) ? roundEvent(event, request, state, rules.rounds) : event);
}

function trip(index: number, worst: bigint, limit: bigint, {source, clock, record}: BatchLaneOptions): void {
	record({
		type: 'guard-tripped',
		at: clock.now(),
		reason: `request ${source.id(index)} alone may cost ${usd(worst)} USD, more than the ${usd(limit)} USD that a batch may`,
	});
}

/** What the operating system refused, and no bug of ours. */
export function isDiskError(error: unknown): error is Error {
	return error instanceof Error && ('syscall' in error || error.name === 'UserError');
}
