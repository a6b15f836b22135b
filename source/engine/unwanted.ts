import {indexesOf} from '../domain/batch.ts';
import type {RunEvent} from '../domain/event.ts';
import {isOpen} from '../domain/open-count.ts';
import type {RunState} from '../domain/state.ts';
import {givenUp} from './steer-requests.ts';

/**
 * The way of a request that a person gave up while it was out:
 *
 *   in flight ──(on record, then the call is aborted)──► lost, or failed ──► given up
 *   batched ────(its batch ends without an answer)─────► queued ──────────► given up
 *        └──────────── an answer came after all: it is paid for, and kept (one of several rounds on record only)
 *
 * `state.unwanted` outlives the process. It is looked through once; from then on only events are, that can have
 * brought one back.
 */
export type Unwanted = {
	/** After `reduce` took the event in. */
	observe(event: RunEvent): void;
	/** Gives up what came back. Called before anything is planned, so that none of it starts. */
	giveUpReturned(at: number): void;
	/** Ends the calls whose end is on record, and written, as unwanted. */
	abortCalls(): void;
};

export type UnwantedOptions = {
	readonly state: RunState;
	readonly queueOf: (index: number) => number;
	readonly record: (event: RunEvent) => void;
	readonly abort: (index: number) => void;
};

export function createUnwanted({state, queueOf, record, abort}: UnwantedOptions): Unwanted {
	let returned: number[] = [...state.unwanted];
	let toAbort: number[] = [];

	function note(indexes: Iterable<number>): void {
		for (const index of state.unwanted.size === 0 ? [] : indexes) {
			if (state.unwanted.has(index)) {
				returned.push(index);
			}
		}
	}

	return {
		observe(event) {
			switch (event.type) {
				case 'requests-unwanted':
					for (const index of indexesOf(event.indexes)) {
						if (state.inFlight.has(index)) {
							toAbort.push(index);
						}
					}

					return;
				case 'attempt-answered':
					// One of several that its request is asked for.
					if (event.more) {
						note([event.index]);
					}

					return;
				case 'attempt-failed':
				case 'answer-refused':
					note([event.index]);
					return;
				case 'attempts-lost':
					note(event.indexes);
					return;
				case 'shard-released':
					note(indexesOf(state.batches.get(event.shard)?.indexes ?? []));
					return;
				default:
			}
		},
		giveUpReturned(at) {
			if (returned.length === 0) {
				return;
			}

			const open = [...new Set(returned)].filter(index => state.unwanted.has(index) && isOpen(state, index));
			returned = [];
			for (const fact of givenUp(open, {state, queueOf}, at)) {
				record(fact);
			}
		},
		abortCalls() {
			const indexes = toAbort;
			toAbort = [];
			for (const index of indexes) {
				if (state.unwanted.has(index)) {
					abort(index);
				}
			}
		},
	};
}
