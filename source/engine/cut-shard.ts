import {giveBack, nextCandidate, takeCandidate} from '../domain/agenda.ts';
import {rangesOf} from '../domain/batch.ts';
import type {ShardWriter} from '../domain/batch-ports.ts';
import {
	type Demand,
	limitInTheWay,
	noDemand,
	type Room,
	roomUnder,
	stageOf,
	takeRoom,
} from '../domain/ceiling.ts';
import type {Failure} from '../domain/failure.ts';
import {createGatherer} from '../domain/gather.ts';
import {usd} from '../domain/money.ts';
import {isOpen} from '../domain/open-count.ts';
import {isBatchHalted} from '../domain/plan.ts';
import type {Request} from '../domain/request.ts';
import {addLine, emptyShard, impossibleLine, isWithin, type ShardSize, shardLimits} from '../domain/shard.ts';
import {asRound, asSent, type Ended, judgedAttempt} from './attempt.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {type ShardLine, shardLine} from './measure-line.ts';
import {callEvents, shareOut} from './shared-attempt.ts';

/** A file of 50,000 lines takes a second or two: after this long, or so many lines, others have their turn. */
const sliceMs = 10;
const sliceLines = 250;

/** Who is in the file, and how many share each line. */
type Taken = {readonly indexes: number[]; readonly sizes: number[]};

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
	const taken: Taken = {indexes: [], sizes: []};
	const changesBefore = state.changes.length;
	let writer: ShardWriter | null = null;
	let isCut = false;
	try {
		writer = files.begin(shard);
		const size = await gather(queue, shard, writer, taken, lane, signal);
		if (size === null || taken.sizes.length === 0) {
			return null;
		}

		const {bytes, sha256} = await writer.finish();
		writer = null;
		// Requests that left the queue since they were taken would go out twice.
		const isStale =
			state.changes.length > changesBefore || !taken.indexes.every(index => isOpen(state, index));
		if (isStale || !mayCut(queue, lane, signal) || !fitsCeilings(size.worst, lane)) {
			await files.remove(shard);
			return null;
		}

		lane.record({
			type: 'shard-cut',
			at: clock.now(),
			shard,
			queue,
			indexes: rangesOf(taken.indexes),
			count: taken.sizes.length,
			...(taken.sizes.length < taken.indexes.length ? {sizes: taken.sizes} : null),
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
			for (const index of taken.indexes) {
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
	taken: Taken,
	lane: BatchLaneOptions,
	signal: AbortSignal,
): Promise<ShardSize | null> {
	const {state, agenda, source, clock, settings} = lane;
	const rules = lane.queueRules[queue]!;
	const limits = shardLimits(settings, state.queues[queue]!, rules);
	let size = emptyShard;
	let began = clock.now();
	const gatherer = createGatherer(lane.rules.sharing, {
		draw() {
			const candidate = nextCandidate(agenda, state, queue, began);
			if (candidate !== null) {
				takeCandidate(agenda, queue, candidate);
			}

			return candidate?.index ?? null;
		},
		giveBack: index => giveBack(agenda, state, index),
		requestOf: index => asSent(source.expand(index), state),
		mostOf: index => state.mostShared.get(index) ?? Number.POSITIVE_INFINITY,
		isOpen: index => isOpen(state, index),
	});

	/** By stage, the worst case of its lines: held against its own ceilings. */
	const staged = new Map<number, Demand>();

	function isTooDear({size: {worst}}: ShardLine): boolean {
		return limits.costPico !== null && worst.costPico > limits.costPico;
	}

	function takeLine(room: Room): 'taken' | 'full' | 'too dear' {
		const isFirst = taken.sizes.length === 0;
		let members = gatherer.next();
		if (members === null) {
			return 'full';
		}

		const stage = stageOf(state, members[0]!.index);
		let line = shardLine(members, shard, taken.sizes.length, lane);
		// What is too dear together may not be alone.
		while (
			isFirst &&
			members.length > 1 &&
			(isTooDear(line) || limitInTheWay(room, line.size.worst, stage) !== null)
		) {
			members = gatherer.halve(members);
			line = shardLine(members, shard, 0, lane);
		}

		const refusal = impossibleLine(line.size, rules);
		if (refusal !== null) {
			refuse(members, queue, refusal, lane);
			gatherer.forget(members);
			return 'taken';
		}

		const grown = addLine(size, line.size);
		if (isFirst && isTooDear(line)) {
			gatherer.putBack(members);
			trip(members[0]!, line.size.worst.costPico, limits.costPico!, lane);
			return 'too dear';
		}

		// A line that is larger than the limits goes alone: the API takes it.
		if ((!isFirst && !isWithin(grown, limits)) || limitInTheWay(room, line.size.worst, stage) !== null) {
			gatherer.putBack(members);
			return 'full';
		}

		taken.indexes.push(...members.map(({index}) => index));
		taken.sizes.push(members.length);
		takeRoom(room, line.size.worst, stage);
		if (stage !== null) {
			staged.set(stage, addDemand(staged.get(stage) ?? noDemand, line.size.worst));
		}

		writer.append(line.text);
		size = grown;
		return 'taken';
	}

	try {
		for (;;) {
			began = clock.now();
			const room = roomUnder(state, settings.limits, lane.held(), lane.heldBy);
			takeRoom(room, size.worst);
			for (const [stage, worst] of staged) {
				takeRoom(
					room.filter(entry => entry.stage === stage),
					worst,
					stage,
				);
			}

			for (let lines = 0; lines < sliceLines && clock.now() - began < sliceMs; lines++) {
				const outcome = takeLine(room);
				if (outcome !== 'taken') {
					return outcome === 'full' ? size : null;
				}
			}

			await new Promise<void>(resolve => {
				clock.soon(resolve);
			});
			if (!mayCut(queue, lane, signal)) {
				return null;
			}
		}
	} finally {
		gatherer.close();
	}
}

function addDemand(one: Demand, other: Demand): Demand {
	return {
		requests: one.requests + other.requests,
		tokens: one.tokens + other.tokens,
		costPico: one.costPico + other.costPico,
	};
}

/** A person, a ceiling or a signal may have come in between. */
function mayCut(queue: number, {state, status, lanes}: BatchLaneOptions, signal: AbortSignal): boolean {
	return !signal.aborted && !isBatchHalted(state, status()) && lanes()[queue] !== 'direct';
}

function fitsCeilings(worst: Parameters<typeof limitInTheWay>[1], lane: BatchLaneOptions): boolean {
	return limitInTheWay(roomUnder(lane.state, lane.settings.limits, lane.held()), worst) === null;
}

/** No lane could send it. It is on record as a call that was refused at once. */
function refuse(members: readonly Request[], queue: number, why: string, lane: BatchLaneOptions): void {
	const {state, clock, record, rules} = lane;
	const at = clock.now();
	const failure: Failure = {
		kind: 'invalid_request',
		status: null,
		code: null,
		message: `Not sent: ${why}.`,
	};
	const outcome: Ended = {
		kind: 'failed',
		failure,
		retryHintMs: null,
		requestId: null,
		maybeBilled: false,
		raw: null,
		headers: null,
	};
	const indexes = members.map(({index}) => index);
	const via = {lane: 'direct', batchId: null, startedAt: at} as const;
	if (members.length === 1) {
		record({type: 'attempt-started', at, queue, indexes});
		const never = {...rules, retry: {...rules.retry, retryFatal: false}};
		const event = judgedAttempt(members[0]!, outcome, state, never, at, via, noDemand);
		record(asRound(event, members[0]!, state, rules));
		return;
	}

	record({type: 'attempt-started', at, queue, indexes, sizes: [indexes.length]});
	const call = {id: `${at}-${indexes[0]}`, members, body: {}, worst: noDemand};
	const shares = shareOut(members, outcome, rules.sharing);
	callEvents(call, shares, outcome, state, rules, at, via).forEach(record);
}

function trip({id}: Request, worst: bigint, limit: bigint, {clock, record}: BatchLaneOptions): void {
	record({
		type: 'guard-tripped',
		at: clock.now(),
		reason: `request ${id} alone may cost ${usd(worst)} USD, more than the ${usd(limit)} USD that a batch may`,
	});
}

/** What the operating system refused, and no bug of ours. */
export function isDiskError(error: unknown): error is Error {
	return error instanceof Error && ('syscall' in error || error.name === 'UserError');
}
