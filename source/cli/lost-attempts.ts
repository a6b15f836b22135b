import {demandOf} from '../domain/demand.ts';
import {estimateTokens} from '../domain/estimate.ts';
import type {RunEvent} from '../domain/event.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {bodyOf} from '../engine/attempt.ts';

/** The calls that were out when the last session was killed: sent again, and counted as maybe billed. */
export function lostAttempts(state: RunState, source: RequestSource, at: number): RunEvent | null {
	const indexes = [...state.inFlight.keys()];
	if (indexes.length === 0) {
		return null;
	}

	const cost = indexes.reduce((sum, index) => {
		const request = source.expand(index);
		const body = bodyOf(request, state);
		const price = state.queues[request.queue]?.price ?? null;
		const input = estimateTokens(JSON.stringify(body));
		return sum + demandOf(body, request.endpoint, null, input, price, 'direct').costPico;
	}, 0n);
	return {
		type: 'attempts-lost',
		at,
		indexes,
		reason: 'killed',
		maybeBilledPico: Number(cost),
		maybeBilledCalls: indexes.length,
	};
}
