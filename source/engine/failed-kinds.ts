import type {RunEvent} from '../domain/event.ts';
import {type FailureKind, failureKinds} from '../domain/failure.ts';
import {grown} from '../domain/grown.ts';
import type {RunState} from '../domain/state.ts';
import {givenUpFailure} from '../domain/triage-event.ts';

/**
 * Why requests failed for good, a byte each: half a million looks into the journal, for a wipe of one cause of
 * many, keep everybody waiting for seconds. What failed in an earlier session is read when it is asked for.
 */
export type FailedKinds = {
	/** After `reduce` took the event in. */
	observe(event: RunEvent): void;
	/** Of a request that has failed; null where its line is damaged. */
	of(index: number): FailureKind | null;
};

const codes = new Map<FailureKind, number>(failureKinds.map((kind, position) => [kind, position + 1]));

export function createFailedKinds(
	state: RunState,
	kindAt: (offset: number) => FailureKind | null,
): FailedKinds {
	let known = new Uint8Array(state.count);
	return {
		observe(event) {
			if (event.type === 'request-added') {
				known = grown(known, state.count);
			} else if (event.type === 'attempt-failed' || event.type === 'answer-refused') {
				known[event.index] = codes.get(event.failure.kind)!;
			} else if (event.type === 'requests-given-up') {
				for (const index of event.indexes) {
					known[index] = codes.get(givenUpFailure.kind)!;
				}
			}
		},
		of(index) {
			const code = known[index]!;
			const kind = code > 0 ? failureKinds[code - 1]! : kindAt(state.columns.offset[index]!);
			known[index] = kind === null ? 0 : codes.get(kind)!;
			return kind;
		},
	};
}
