import {type BatchState, isEnded, isOpen} from '../domain/batch.ts';
import type {RunCommand} from '../domain/command.ts';
import {mostConcurrency} from '../domain/concurrency-step.ts';
import type {RunEvent} from '../domain/event.ts';
import {changeFacts} from './change-facts.ts';
import {giveUpFacts, moveFacts, retryFacts, type WipeCommand, wipeFacts} from './steer-requests.ts';
import type {SteerSources} from './steer-sources.ts';

/** What a person asks for and what follows from it at once; ending the session is the loop's own. */
export type Steering = Exclude<RunCommand, {type: 'drain' | 'stay' | 'abort' | 'cancel-batches' | 'undo'}>;

/** The facts that a command makes; none when it changes nothing. */
export function factsOf(command: Steering, sources: SteerSources, at: number): readonly RunEvent[] {
	const {state, taskCost} = sources;
	switch (command.type) {
		case 'pause':
			return state.paused ? [] : [{type: 'paused', at, cause: command.cause}];
		case 'resume':
			return [{type: 'resumed', at}];
		case 'force-direct':
			return state.forceDirect === command.isOn ? [] : [{type: 'direct-forced', at, isOn: command.isOn}];
		case 'raise-ceiling':
			return [
				{
					type: 'ceiling-raised',
					at,
					costPico: command.costPico,
					over: taskCost === null ? null : Number(taskCost),
				},
			];
		case 'set-concurrency':
			return mayBecome(command.concurrency, state.concurrency)
				? [{type: 'concurrency-changed', at, concurrency: command.concurrency}]
				: [];
		case 'wipe-failed':
		case 'wipe-unfinished':
			return wipeFacts(command satisfies WipeCommand, sources, at);
		case 'retry':
			return retryFacts(command.indexes, sources.maxRetries, sources, at);
		case 'give-up':
			return giveUpFacts(command.indexes, sources, at);
		case 'move':
			return moveFacts(command, sources, at);
		case 'change-params':
			return changeFacts(command, sources, at);
		case 'cancel-batch':
			return cancelFacts(state.batches.get(command.shard), command.pullsTail, at);
	}
}

/** A plain cancel may become a pull, but not the other way round: part of the tail may be out by then. */
function cancelFacts(batch: BatchState | undefined, pullsTail: boolean, at: number): readonly RunEvent[] {
	const isNews = batch && isOpen(batch) && !isEnded(batch) && (!batch.isUnwanted || !batch.pullsTail);
	return isNews && (!batch.isUnwanted || pullsTail)
		? [{type: 'batch-cancel-asked', at, shard: batch.shard, pullsTail}]
		: [];
}

/** Spec and flags may have begun above the bound: from there it goes down only. */
function mayBecome(wanted: number, current: number): boolean {
	return wanted >= 1 && wanted !== current && (wanted <= mostConcurrency || wanted < current);
}
