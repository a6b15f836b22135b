import {demandOf} from '../domain/demand.ts';
import type {RunEvent} from '../domain/event.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {bodyOf} from '../engine/attempt.ts';

/** The calls that were out when the last session was killed: sent again, and counted as maybe billed. */
export function lostAttempts(
	state: RunState,
	source: RequestSource,
	rules: readonly QueueRules[],
	countTokens: TokenCounter,
	at: number,
): RunEvent {
	const indexes = [...state.inFlight.keys()];
	const worst = indexes.map(index => {
		const request = source.expand(index);
		const {queue, endpoint} = request;
		const body = bodyOf(request, state);
		const price = state.queues[queue]?.price ?? null;
		const {maxOutput} = rules[queue]!;
		return demandOf(body, endpoint, maxOutput, countTokens(queue, body), price, 'direct');
	});
	return {
		type: 'attempts-lost',
		at,
		indexes,
		reason: 'killed',
		maybeBilledPico: Number(worst.reduce((sum, {costPico}) => sum + costPico, 0n)),
		maybeBilledCalls: indexes.length,
		maybeBilledTokens: worst.reduce((sum, {tokens}) => sum + tokens, 0),
	};
}
