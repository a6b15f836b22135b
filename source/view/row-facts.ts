import {indexesOf} from '../domain/batch.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import {usd} from '../domain/money.ts';
import {createOriginFinder} from '../domain/origin.ts';
import {failureIn} from '../domain/request-line.ts';
import {sharedFrom} from '../domain/shared-answer.ts';
import type {RunState} from '../domain/state.ts';
import {type Background, patientRank} from './background.ts';

/** What rows show of their last journal line, for all requests: 12 bytes each, from when it is first sorted by. */
export type RowFacts = {
	/** Begins to read them, once. */
	ensure(): void;
	/** 0 to 1 while they are read; null before and after. */
	progress(): number | null;
	observe(event: RunEvent): void;
	/** Of each, 0 where there is none. */
	lastTenths(index: number): number;
	tokens(index: number): number;
	/** Grows with the cost; not in any unit. */
	costRank(index: number): number;
};

type Columns = {
	/** Tenths of a second since the run was created, and one. */
	readonly lastAt: Uint32Array;
	/** Tokens of the last attempt, and one. */
	readonly tokens: Uint32Array;
	/** USD. The bits of positive floats are in the order of their values. */
	readonly cost: Float32Array;
	readonly costBits: Uint32Array;
};

export function createRowFacts(
	state: RunState,
	readEvent: (offset: number) => RunEvent | null,
	background: Background,
	onChange: () => void,
): RowFacts {
	const {count} = state;
	const originOf = createOriginFinder(state.epochs);
	let columns: Columns | null = null;
	let read = 0;

	function* load() {
		for (let index = 0; index < count; index++) {
			read = index;
			if (state.columns.offset[index]! >= 0) {
				take(index, readEvent(state.columns.offset[index]!));
				yield;
			} else if ((index & 0xfff) === 0) {
				yield;
			}
		}

		read = count;
	}

	/** Lines that are the last of their requests again. */
	function* reload(indexes: readonly number[]) {
		for (const index of indexes) {
			const offset = state.columns.offset[index]!;
			take(index, offset < 0 ? null : readEvent(offset));
			yield;
		}
	}

	function take(index: number, event: RunEvent | null): void {
		const attempt = attemptIn(event);
		const isShared = sharedFrom(event, index, state.columns.offset[index]!, originOf) !== null;
		const usage = isShared ? null : attempt?.usage;
		const isFact = attempt !== null || failureIn(event) !== null;
		const {lastAt, tokens, cost} = columns!;
		lastAt[index] = isFact ? Math.max(0, Math.floor((event!.at - state.createdAt) / 100)) + 1 : 0;
		tokens[index] = usage ? usage.input + usage.output + 1 : 0;
		cost[index] = usage && attempt?.costPico ? usd(BigInt(attempt.costPico)) : 0;
		onChange();
	}

	return {
		ensure() {
			if (columns === null) {
				const cost = new Float32Array(count);
				columns = {
					lastAt: new Uint32Array(count),
					tokens: new Uint32Array(count),
					cost,
					costBits: new Uint32Array(cost.buffer),
				};
				background.add(patientRank, load());
			}
		},
		progress: () => (columns === null || read === count ? null : read / count),
		observe(event) {
			if (columns === null) {
				return;
			}

			switch (event.type) {
				case 'attempt-answered':
				case 'attempt-failed':
					take(event.index, event);
					return;
				case 'requests-given-up':
					for (const index of event.indexes) {
						take(index, event);
					}

					return;
				case 'answers-shared':
					background.add(patientRank, reload(event.indexes));
					return;
				case 'requests-restored':
					if (event.to === 'open') {
						background.add(patientRank, reload([...indexesOf(event.indexes)]));
					}

					return;
				default:
			}
		},
		lastTenths(index) {
			const call = state.inFlight.get(index);
			return call
				? Math.max(0, Math.floor((call.startedAt - state.createdAt) / 100)) + 1
				: (columns?.lastAt[index] ?? 0);
		},
		tokens: index => columns?.tokens[index] ?? 0,
		costRank: index => columns?.costBits[index] ?? 0,
	};
}

function attemptIn(event: RunEvent | null): AttemptEvent | null {
	return event?.type === 'attempt-answered' || event?.type === 'attempt-failed' ? event : null;
}
