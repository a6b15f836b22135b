import {isUnpushed} from '../domain/batch.ts';
import type {StopCause} from '../domain/command.ts';
import {isOver} from '../domain/is-over.ts';
import type {LaneChoice} from '../domain/lane-choice.ts';
import type {Agenda} from '../domain/queue-agenda.ts';
import {isSampling} from '../domain/sample.ts';
import type {RunState} from '../domain/state.ts';
import type {BatchLane} from './batch-lane.ts';
import type {EngineEnd, EngineOptions} from './engine-options.ts';

/** Why the session is over; null while it is not. Asked when nothing is in flight and no operation under way. */
export function endReason(
	options: EngineOptions,
	agenda: Agenda,
	lanes: readonly LaneChoice['lane'][],
	batchLane: BatchLane | null,
	drainCause: StopCause | null,
): EngineEnd | null {
	// Files at the API may still have to be removed: whoever leaves a screen that says done leaves that to the next start.
	const isLeft = options.staysWhenDone && drainCause === 'quit';
	if (isOver(options.state) && (isLeft || !batchLane?.isWaiting())) {
		return options.staysWhenDone && drainCause === null ? null : {reason: 'done'};
	}

	if (drainCause !== null) {
		return {reason: 'stopped', cause: drainCause};
	}

	const why = options.leaveWhenStuck ? stuckReason(options, agenda, lanes, batchLane) : null;
	return why === null ? null : {reason: 'stuck', why};
}

/** Why only a person can make this run go on; null while it can by itself. */
function stuckReason(
	{state, settings, onlyProcess}: EngineOptions,
	agenda: Agenda,
	lanes: readonly LaneChoice['lane'][],
	batchLane: BatchLane | null,
): string | null {
	// What is remote is collected in a pause too, if that is all that was asked for.
	if (state.paused && !onlyProcess) {
		return state.sample?.step === 'paused'
			? `the ${state.sample.purpose} is done and nothing else was sent; --unpause (or --yes) goes on with the rest`
			: 'the run is paused; --unpause goes on with it';
	}

	if (state.stageFailure !== null) {
		return `${state.stageFailure}; the same command goes on`;
	}

	// What is remote is collected first.
	if (batchLane?.isWaiting()) {
		return null;
	}

	if (onlyProcess) {
		return 'everything remote is collected, and --only-process sends nothing new';
	}

	if (state.guard.tripped !== null) {
		return `a guard stopped the run: ${state.guard.tripped}; --unpause goes on with it`;
	}

	if (state.limitReached !== null) {
		const {limit, value} = state.limitReached;
		return `the ceiling ${limit.replace(/^stage:/, '')} of ${value} is reached; raise it to go on`;
	}

	const prepared = [...state.batches.values()].filter(isUnpushed).length;
	if (settings.remote.maxBatches === 0 && prepared > 0 && !nextDirect(state, agenda, lanes)) {
		const files = prepared === 1 ? '1 batch file is' : `${prepared} batch files are`;
		return `${files} prepared in batches/, and remote.max_batches is 0; raise it to send them`;
	}

	return unjudgedReason(state) ?? heldReason(state, agenda, lanes);
}

/** The task left the spec, or the lines of its answers are damaged. */
function unjudgedReason({unjudged, stages}: RunState): string | null {
	return unjudged.size === 0 || stages.some(({isOpen}) => isOpen)
		? null
		: `${unjudged.size} answers are on record, and no task of the spec says what becomes of them`;
}

function heldReason(state: RunState, agenda: Agenda, lanes: readonly LaneChoice['lane'][]): string | null {
	const held = state.queues.filter(queue => queue.access === 'held');
	return held.length === 0 || nextDirect(state, agenda, lanes)
		? null
		: held
				.map(
					({info, failure}) =>
						`${info.key} is held: ${failure ? `${failure.kind}, ${failure.message}` : 'refused'}`,
				)
				.join('; ');
}

/** Some queue that is not held has a request left for the direct lane. */
function nextDirect(state: RunState, agenda: Agenda, lanes: readonly LaneChoice['lane'][]): boolean {
	return state.queues.some(
		(queue, number) =>
			queue.access !== 'held' &&
			(agenda.pulled[number]!.open > 0 ||
				(!isSampling(state) && lanes[number] === 'direct' && agenda.queues[number]!.open > 0)),
	);
}
