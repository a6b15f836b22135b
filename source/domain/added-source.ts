import type {RunEvent} from './event.ts';
import type {Endpoint, Request, RequestSource} from './request.ts';
import type {RunState} from './state.ts';

/**
 * The requests of a spec, and behind them those that were added while the run goes on: they are read from the journal.
 * Follows the state. For those of the spec it costs a comparison.
 */
export function addedSource(
	source: RequestSource,
	state: Pick<RunState, 'added' | 'count' | 'queues' | 'stages'>,
	endpoint: Endpoint,
	readEvent: (offset: number, body: boolean) => RunEvent | null,
): RequestSource {
	const {count: own} = source;
	return {
		get count() {
			return state.count;
		},
		queues: source.queues,
		queueOf: index => (index < own ? source.queueOf(index) : state.added.queue[index - own]!),
		id: index =>
			index < own ? source.id(index) : (readAdded(index, state, readEvent, false)?.id ?? lostId(index)),
		expand: index => (index < own ? source.expand(index) : expandAdded(index, state, endpoint, readEvent)),
		close: () => source.close(),
	};
}

/** Which stage added a request; null: it is of the spec. */
export function stageNameOf(
	{added, stages}: Pick<RunState, 'added' | 'stages'>,
	index: number,
): string | null {
	return index < added.from ? null : stages[added.stage[index - added.from]!]!.name;
}

/** A request that was added, as it stands on record. */
export function expandAdded(
	index: number,
	state: Pick<RunState, 'added' | 'queues' | 'stages'>,
	endpoint: Endpoint,
	readEvent: (offset: number, body: boolean) => RunEvent | null,
): Request {
	const {request, stage, parent} = readAdded(index, state, readEvent, true) ?? lostRequest(index, state);
	const queue = state.added.queue[index - state.added.from]!;
	const {provider, model} = state.queues[queue]!.info;
	return {...request!, index, queue, endpoint, provider, model, stage, parent};
}

function lostId(index: number): string {
	return `lost-${index}`;
}

/** Stands in for one of which the journal only tells that there was one: it has failed, see `take-back.ts`. */
function lostRequest(index: number, state: Pick<RunState, 'added' | 'stages'>) {
	const request = {
		id: lostId(index),
		body: {},
		asked: {prompt: '', prompt_raw: '', prompt_args: {}},
		modelArgs: {},
		input: {},
	};
	return {request, stage: stageNameOf(state, index)!, parent: null};
}

function readAdded(
	index: number,
	{added}: Pick<RunState, 'added'>,
	readEvent: (offset: number, body: boolean) => RunEvent | null,
	body: boolean,
) {
	const offset = added.offset[index - added.from]!;
	if (offset < 0) {
		return null;
	}

	const event = readEvent(offset, body);
	if (event?.type !== 'request-added' || (body && event.request === null)) {
		throw new Error(`the journal line that holds request ${index} is damaged`);
	}

	return event;
}
