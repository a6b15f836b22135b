import {indexesOf} from '../domain/batch.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import {grown} from '../domain/grown.ts';
import {usd} from '../domain/money.ts';
import {createOriginFinder} from '../domain/origin.ts';
import {failureIn, requestLine} from '../domain/request-line.ts';
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

/** Longer than the run where requests are added. */
type Columns = {
	/** Tenths of a second since the run was created, and one. */
	lastAt: Uint32Array;
	/** Tokens of the last attempt, and one. */
	tokens: Uint32Array;
	/** USD. The bits of positive floats are in the order of their values. */
	cost: Float32Array;
	costBits: Uint32Array;
};

export function createRowFacts(
	state: RunState,
	readEvent: (offset: number) => RunEvent | null,
	background: Background,
	onChange: () => void,
): RowFacts {
	const originOf = createOriginFinder(state.epochs);
	let columns: Columns | null = null;
	let read = 0;
	let isLoaded = false;

	function* load() {
		for (let index = 0; index < state.count; index++) {
			read = index;
			if (state.columns.offset[index]! >= 0) {
				take(index, readEvent(state.columns.offset[index]!));
				yield;
			} else if ((index & 0xfff) === 0) {
				yield;
			}
		}

		isLoaded = true;
	}

	/** Lines that are the last of their requests again. */
	function* reload(indexes: readonly number[]) {
		for (const index of indexes) {
			const offset = state.columns.offset[index]!;
			take(index, offset < 0 ? null : readEvent(offset));
			yield;
		}
	}

	function grow(to: Columns): void {
		to.lastAt = grown(to.lastAt, state.count);
		to.tokens = grown(to.tokens, state.count);
		to.cost = grown(to.cost, state.count);
		to.costBits = new Uint32Array(to.cost.buffer);
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
				const cost = new Float32Array(state.count);
				columns = {
					lastAt: new Uint32Array(state.count),
					tokens: new Uint32Array(state.count),
					cost,
					costBits: new Uint32Array(cost.buffer),
				};
				background.add(patientRank, load());
			}
		},
		progress: () => (columns === null || isLoaded ? null : read / state.count),
		observe(event) {
			if (columns === null) {
				return;
			}

			switch (event.type) {
				case 'request-added':
					grow(columns);
					return;
				case 'attempt-answered':
				case 'attempt-failed':
				case 'answer-accepted':
				case 'answer-refused':
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

function attemptIn(event: RunEvent | null): Pick<AttemptEvent, 'usage' | 'costPico'> | null {
	const line = requestLine(event);
	return line?.type === 'requests-given-up' ? null : line;
}
