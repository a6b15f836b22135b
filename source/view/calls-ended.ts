import type {RunState} from '../domain/state.ts';

/**
 * Of requests that are to be given up: the calls that end with them, and how many of them share one that goes on, as
 * others wait for it too.
 */
export function callsEnded(
	{inFlight, callsOut, unwanted}: RunState,
	indexes: Int32Array,
	chosenInFlight: number,
): {readonly inFlight: number; readonly shared: number} {
	if (callsOut === inFlight.size) {
		return {inFlight: chosenInFlight, shared: 0};
	}

	const chosen = new Map<number, number>();
	for (const index of indexes) {
		const lead = inFlight.get(index)?.lead;
		if (lead !== undefined) {
			chosen.set(lead, (chosen.get(lead) ?? 0) + 1);
		}
	}

	const wanted = new Map<number, number>();
	for (const [index, {lead}] of inFlight) {
		wanted.set(lead, (wanted.get(lead) ?? 0) + (unwanted.has(index) ? 0 : 1));
	}

	let ended = 0;
	let shared = 0;
	for (const [lead, count] of chosen) {
		const isLast = count >= wanted.get(lead)!;
		ended += isLast ? 1 : 0;
		shared += isLast ? 0 : count;
	}

	return {inFlight: ended, shared};
}
