import type {Demand} from '../domain/ceiling.ts';
import {demandOf, rateTokensOf} from '../domain/demand.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {JsonObject, Request, RequestSource} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';
import type {RunState} from '../domain/state.ts';
import {asSent} from './attempt.ts';

/** A call as it would be made now. */
export type PreparedCall = {
	/** Those that share it, the lead first. */
	readonly members: readonly Request[];
	readonly body: JsonObject;
	readonly worst: Demand;
	readonly rateTokens: number;
};

/** Makes calls of requests, each once for all who ask in this turn and the next. */
export type CallMaker = {
	/** A request as it would be sent alone now. */
	requestOf(index: number): Request;
	callOf(index: number, others: readonly number[]): PreparedCall;
	/** It leaves. */
	drop(call: PreparedCall): void;
	/** A turn is over. What nobody asked for in it is forgotten. */
	endTurn(): void;
};

export type CallMakerOptions = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'expand'>;
	readonly queueRules: readonly QueueRules[];
	readonly countTokens: TokenCounter;
	readonly sharing: Sharing | null;
};

type Known = {
	/** Its body is the one that goes out. */
	readonly request: Request;
	/** How often its answer had been cut short. */
	readonly truncated: number;
	/** How often it had been asked before, where it is asked several times. */
	readonly round: number | undefined;
	/** The number of the change that it was made with. */
	readonly change: number | undefined;
	/** The last call that it was asked for as the lead of. */
	call: PreparedCall | null;
};

export function createCallMaker({
	state,
	source,
	queueRules,
	countTokens,
	sharing,
}: CallMakerOptions): CallMaker {
	/** What plans asked for since the last launch and in the turn before: expanded and counted once. */
	let fresh = new Map<number, Known>();
	let stale = new Map<number, Known>();

	function know(index: number): Known {
		const truncated = state.truncated.get(index) ?? 0;
		const known = fresh.get(index) ?? stale.get(index);
		const change = state.changed.get(index);
		// An answer that was cut short doubled its allowance; a person may have changed its parameters.
		const round = state.rounds.get(index);
		const isFresh = known?.truncated === truncated && known.change === change && known.round === round;
		const request = isFresh ? known.request : asSent(source.expand(index), state);
		const now = isFresh ? known : {request, truncated, round, change, call: null};
		fresh.set(index, now);
		return now;
	}

	function callOf(index: number, others: readonly number[]): PreparedCall {
		const lead = know(index);
		const members = others.length === 0 ? null : [lead.request, ...others.map(other => know(other).request)];
		if (!lead.call || !isSame(lead.call.members, members)) {
			lead.call = prepare(members ?? [lead.request]);
		}

		return lead.call;
	}

	function prepare(members: readonly Request[]): PreparedCall {
		const {queue, endpoint} = members[0]!;
		const body = callBody(members, sharing);
		const input = countTokens(queue, body);
		const {price} = state.queues[queue]!;
		const worst = demandOf(body, endpoint, queueRules[queue]!.maxOutput, input, price, 'direct');
		return {members, body, worst, rateTokens: rateTokensOf(body, endpoint, input)};
	}

	return {
		requestOf: index => know(index).request,
		callOf,
		drop({members}) {
			for (const {index} of members) {
				fresh.delete(index);
			}
		},
		endTurn() {
			stale = fresh;
			fresh = new Map();
		},
	};
}

/** What goes out for requests that are as they would be sent alone. */
export function callBody(members: readonly Request[], sharing: Sharing | null): JsonObject {
	return members.length > 1 && sharing ? sharing.bodyOf(members) : members[0]!.body;
}

/** `members` null: the lead is alone. */
function isSame(known: readonly Request[], members: readonly Request[] | null): boolean {
	return members === null
		? known.length === 1
		: known.length === members.length && known.every((request, at) => request === members[at]);
}
