import type {Arrival} from './random.ts';
import {randomFor} from './random.ts';

/** What goes wrong between the model and the client. `html`: a gateway's page, half with 502, half with 200. */
export const wireFaults = ['429', '500', '503', 'html', 'cut', 'empty', 'malformed', 'hang'] as const;

/** What is wrong with an answer that arrives whole. */
export const answerFaults = ['refusal', 'length', 'filter'] as const;

export const faultNames = [...wireFaults, ...answerFaults] as const;

export type WireFault = (typeof wireFaults)[number];
export type AnswerFault = (typeof answerFaults)[number];
export type FaultName = WireFault | AnswerFault;

export type FaultRules = {
	/** Percent of the attempts that meet each fault. */
	readonly faultPercent: {readonly [name in FaultName]: number};
	/** A body that holds this is refused. */
	readonly refusedText: string | null;
};

/** At most one fault meets an attempt: one draw against the percentages laid end to end. `text` is of the body. */
export function chooseFault(
	{faultPercent: percent, refusedText}: FaultRules,
	arrival: Arrival,
	text: string,
): FaultName | null {
	if (refusedText !== null && text.includes(refusedText)) {
		return 'refusal';
	}

	let left = randomFor(arrival, 'fault')() * 100;
	for (const name of faultNames) {
		left -= percent[name];
		if (left < 0) {
			return name;
		}
	}

	return null;
}

export function asAnswerFault(fault: FaultName | null): AnswerFault | null {
	return answerFaults.find(name => name === fault) ?? null;
}

export function asWireFault(fault: FaultName | null): WireFault | null {
	return wireFaults.find(name => name === fault) ?? null;
}
