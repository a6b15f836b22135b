import {demandOf} from '../domain/demand.ts';
import type {RunEvent} from '../domain/event.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';
import type {RunState} from '../domain/state.ts';
import {asSent} from '../engine/attempt.ts';
import {callBody} from '../engine/prepare-call.ts';

/** The calls that were out when the last session was killed: sent again, and counted as maybe billed. */
export function lostAttempts(
	state: RunState,
	source: RequestSource,
	rules: readonly QueueRules[],
	countTokens: TokenCounter,
	sharing: Sharing | null,
	at: number,
): RunEvent {
	const members = new Map<number, Request[]>();
	for (const [index, {lead}] of state.inFlight) {
		const others = members.get(lead) ?? [];
		members.set(lead, others);
		others.push(asSent(source.expand(index), state));
	}

	// Where the first of a call has its outcome, its line tells what all of them cost.
	const calls = [...members].flatMap(([lead, sent]) => (state.inFlight.has(lead) ? [sent] : []));
	const worst = calls.map(sent => {
		const {queue, endpoint} = sent[0]!;
		const body = callBody(sent, sharing);
		const price = state.queues[queue]?.price ?? null;
		const {maxOutput} = rules[queue]!;
		return demandOf(body, endpoint, maxOutput, countTokens(queue, body), price, 'direct');
	});
	return {
		type: 'attempts-lost',
		at,
		indexes: [...state.inFlight.keys()],
		reason: 'killed',
		maybeBilledPico: Number(worst.reduce((sum, {costPico}) => sum + costPico, 0n)),
		maybeBilledCalls: calls.length,
		maybeBilledTokens: worst.reduce((sum, {tokens}) => sum + tokens, 0),
	};
}
