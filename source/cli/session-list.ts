import type {RunCommand} from '../domain/command.ts';
import type {RunEvent} from '../domain/event.ts';
import type {Clock} from '../domain/ports.ts';
import type {Endpoint, RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {commandOf} from '../view/act-command.ts';
import type {ChangePort} from '../view/change-port.ts';
import {type Choice, choose} from '../view/choose.ts';
import type {ChosenSet, MarkChange, SetAct, SetRequest} from '../view/chosen-set.ts';
import type {ListView} from '../view/list-view.ts';
import {createRequestList} from '../view/request-list.ts';
import type {WindowRequest} from '../view/snapshot.ts';

/** The list of one session: what it shows, which rows are marked, and the sets that were chosen from it. */
export type SessionList = {
	observe(event: RunEvent): void;
	look(window: WindowRequest): void;
	view(window: WindowRequest): ListView;
	mark(change: MarkChange): void;
	choose(request: SetRequest): Promise<ChosenSet>;
	/** Takes an act on a set apart for the engine and drops the marks; null: the set is not there any more. */
	act(set: number, act: SetAct): RunCommand | null;
	/** Ascending; null: the set is not there any more. */
	indexesOfSet(set: number): Int32Array | null;
};

export type SessionListOptions = {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly settings: RunSettings;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
	readonly changes: ChangePort | null;
	readonly clock: Clock;
	readonly publisher: {change(): void; publishNow(): void};
};

/** A dialog or two may be open, and an export may run. */
const keptSets = 8;

export function createSessionList(options: SessionListOptions): SessionList {
	const {state, source, settings, readEvent, endpoint, changes, clock, publisher} = options;
	const list = createRequestList({
		state,
		source,
		readEvent,
		endpoint,
		work: {
			now: () => performance.now(),
			later: (callback, restMs) => {
				if (restMs > 0) {
					clock.after(Math.ceil(restMs), callback);
				} else {
					clock.soon(callback);
				}
			},
		},
		onProgress: () => publisher.change(),
		onSettled: () => publisher.publishNow(),
	});
	const sets = new Map<number, Choice>();
	let lastSet = 0;

	return {
		observe: list.observe,
		look: ({order}) => list.look(order),
		view: list.view,
		mark: list.mark,
		async choose(request) {
			const choice = await choose({state, settings, source, list, changes}, request);
			lastSet++;
			sets.set(lastSet, choice);
			sets.delete(lastSet - keptSets);
			return {set: lastSet, ...choice.chosen};
		},
		act(set, act) {
			const choice = sets.get(set);
			const command = choice ? commandOf(choice, act) : null;
			if (command !== null) {
				list.mark({type: 'clear'});
			}

			return command;
		},
		indexesOfSet: set => sets.get(set)?.indexes ?? null,
	};
}
