import type {RunEvent} from '../domain/event.ts';
import type {Failure} from '../domain/failure.ts';
import {grown} from '../domain/grown.ts';
import {createOriginFinder} from '../domain/origin.ts';
import {failureIn} from '../domain/request-line.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {givenUpFailure} from '../domain/triage-event.ts';
import type {Background} from './background.ts';
import {createFailureCauses, type FailureCause} from './failure-causes.ts';
import {causesWithin, groupViews} from './group-views.ts';
import type {GroupView} from './snapshot.ts';
import {spentOnFailures} from './spent-on-failures.ts';
import {touchedBy} from './touched-requests.ts';

/** Requests by the cause that they failed or wait for: kept by the events, begun from the journal. */
export type FailureGroups = {
	/** Begins to read what failed before, once; until then nothing is known, and nothing was spent on it. */
	ensure(): void;
	/** After `reduce` took the event in. O(requests that it names). */
	observe(event: RunEvent): void;
	/** Number of the cause that a request's row shows; 0: it shows none, or its last line was not read yet. */
	shownCause(index: number): number;
	/** Number of the cause that a request failed or waits for; else 0. */
	memberOf(index: number): number;
	cause(number: number): FailureCause;
	/** How many causes there are: their numbers are 1 to this. */
	size(): number;
	/** The number of a cause by its key, or 0. */
	numberOf(key: string): number;
	/** The last line of every request is read. */
	isLoaded(): boolean;
	/** Those with members, largest first. `isIn`: only its requests are members; when the cause was seen is of all. */
	views(isIn?: ((index: number) => boolean) | null): readonly GroupView[];
};

export type FailureGroupsOptions = {
	readonly state: RunState;
	readonly readEvent: (offset: number) => RunEvent | null;
	readonly background: Background;
	/** The last line of every request was read. */
	readonly onLoaded: () => void;
};

const loadRank = 0;
const moneyRank = 11;

/** Longest sample that crosses threads. */
const longestSample = 300;

const {failed, waiting, done} = statusCode;

export function createFailureGroups({
	state,
	readEvent,
	background,
	onLoaded,
}: FailureGroupsOptions): FailureGroups {
	const causes = createFailureCauses();
	const originOf = createOriginFinder(state.epochs);
	// Nothing is kept of a run in which nothing fails.
	let causeNumbers: Uint16Array | null = null;
	let countedAs: Uint8Array | null = null;
	let formerNumbers: Uint16Array | null = null;
	/** Picodollars of the failed attempts of each: whole numbers, exact to 9,000 USD. */
	let spent: Float64Array | null = null;
	let isAsked = false;
	/** Requests before it are read; events about others are left to the reading. */
	let loaded = 0;
	let paidTo = 0;

	function tally(index: number, sign: 1 | -1): void {
		const as = countedAs![index]!;
		const cause = causes.list[causeNumbers![index]! - 1];
		if (cause && as !== 0) {
			cause.failed += as === 1 ? sign : 0;
			cause.waiting += as === 2 ? sign : 0;
			if (spent) {
				cause.spentPico += BigInt(sign * spent[index]!);
			}
		}
	}

	/** Takes a request out of its group, changes what is known of it, and counts it where it belongs then. */
	function change(index: number, number: number, spentPico: number): void {
		if (causeNumbers === null || countedAs === null) {
			if (number === 0) {
				return;
			}

			causeNumbers = new Uint16Array(state.count);
			countedAs = new Uint8Array(state.count);
		}

		causeNumbers = grown(causeNumbers, state.count);
		countedAs = grown(countedAs, state.count);
		spent = spent && grown(spent, state.count);

		tally(index, -1);
		causeNumbers[index] = number;
		if (spentPico > 0) {
			spent ??= new Float64Array(state.count);
		}

		if (spent) {
			spent[index] = spentPico;
		}

		const status = state.columns.status[index];
		countedAs[index] = status === failed ? 1 : status === waiting ? 2 : 0;
		tally(index, 1);
	}

	function fail(index: number, failure: Failure, at: number, costPico: number): void {
		const number = causes.numberOf(failure);
		const cause = causes.list[number - 1]!;
		see(cause, at);
		cause.sampleIndex = index;
		cause.sample = failure.message.slice(0, longestSample);
		change(index, number, (spent?.[index] ?? 0) + (index < paidTo ? costPico : 0));
	}

	function observe(event: RunEvent): void {
		switch (event.type) {
			case 'attempt-failed':
				if (event.index < loaded) {
					fail(event.index, event.failure, event.at, event.usage ? (event.costPico ?? 0) : 0);
				}

				return;
			case 'answer-refused':
				if (event.index < loaded) {
					fail(event.index, event.failure, event.at, event.costPico ?? 0);
				}

				return;
			case 'attempt-answered':
			case 'answer-accepted':
				if ('unjudged' in event && causeNumbers) {
					recount(event.index, false);
				} else if (event.index < loaded) {
					change(event.index, 0, 0);
				}

				return;
			case 'requests-given-up':
				formerNumbers = grown(formerNumbers ?? new Uint16Array(), state.count);
				for (const index of event.indexes) {
					if (index < loaded) {
						formerNumbers[index] = causeNumbers?.[index] ?? 0;
						fail(index, givenUpFailure, event.at, 0);
					}
				}

				return;
			default:
				if (causeNumbers) {
					const opens = event.type === 'requests-restored' && event.to === 'open';
					for (const index of touchedBy(event, state)) {
						recount(index, opens);
					}
				}
		}
	}

	/** One that is open again has the line before it was given up as its last. */
	function recount(index: number, opens: boolean): void {
		const number = causeNumbers![index] ?? 0;
		if (number > 0 && index < loaded) {
			change(index, opens ? (formerNumbers?.[index] ?? 0) : number, spent?.[index] ?? 0);
		}
	}

	function* load() {
		let lastOffset = -1;
		let event: RunEvent | null = null;
		for (let index = 0; index < state.count; index++) {
			const {status, offset} = state.columns;
			if (status[index] !== done && offset[index]! >= 0) {
				// Those that were given up together share a line.
				if (offset[index] !== lastOffset) {
					lastOffset = offset[index]!;
					event = readEvent(lastOffset);
				}

				const failure = failureIn(event);
				if (failure) {
					fail(index, failure, event!.at, 0);
				}

				loaded = index + 1;
				yield;
			} else if ((index & 0xfff) === 0) {
				loaded = index;
				yield;
			}
		}

		loaded = Number.POSITIVE_INFINITY;
	}

	/** What failed attempts cost stands in the lines before the last one. */
	function* loadMoney() {
		for (let index = 0; causeNumbers !== null && index < state.count; index++) {
			const number = causeNumbers[index] ?? 0;
			if (number > 0) {
				change(index, number, spentOn(index));
				paidTo = index + 1;
				yield;
			} else if ((index & 0xfff) === 0) {
				paidTo = index;
				yield;
			}
		}

		paidTo = Number.POSITIVE_INFINITY;
	}

	function spentOn(index: number): number {
		return spentOnFailures(state, index, readEvent, originOf, ({failure, at}) => {
			see(causes.list[causes.numberOf(failure) - 1]!, at);
		});
	}

	/** The sample may have been answered or wiped since: another member takes its place. */
	function keepSample(cause: FailureCause, number: number): void {
		const index = memberFrom(number, cause.sampleIndex) ?? memberFrom(number, 0);
		if (index !== null && index !== cause.sampleIndex) {
			cause.sampleIndex = index;
			cause.sample = sampleOf(index) ?? cause.sample;
		}
	}

	function sampleOf(index: number): string | null {
		return failureIn(readEvent(state.columns.offset[index]!))?.message.slice(0, longestSample) ?? null;
	}

	function memberFrom(number: number, from: number): number | null {
		let index = causeNumbers!.indexOf(number, from);
		while (index >= 0 && countedAs![index] === 0) {
			index = causeNumbers!.indexOf(number, index + 1);
		}

		return index < 0 ? null : index;
	}

	const memberOf = (index: number) => (countedAs?.[index] ? causeNumbers![index]! : 0);
	const partsOf = (isIn: (index: number) => boolean) =>
		causesWithin(causes.list, {
			count: state.count,
			memberOf,
			hasFailed: index => countedAs![index] === 1,
			spentOn: index => spent?.[index] ?? 0,
			sampleOf,
			isIn,
		});

	return {
		ensure() {
			if (!isAsked) {
				isAsked = true;
				background.add(loadRank, load(), onLoaded);
				background.add(moneyRank, loadMoney());
			}
		},
		observe,
		shownCause: index => (showsError(state.columns.status[index]!) ? (causeNumbers?.[index] ?? 0) : 0),
		memberOf,
		cause: number => causes.list[number - 1]!,
		size: () => causes.list.length,
		numberOf: causes.numberOfKey,
		isLoaded: () => loaded === Number.POSITIVE_INFINITY,
		views(isIn = null) {
			for (const [position, cause] of causes.list.entries()) {
				if (isIn === null && cause.failed + cause.waiting > 0) {
					keepSample(cause, position + 1);
				}
			}

			const isPriced = state.queues.some(({price}) => price !== null);
			return groupViews(isIn ? partsOf(isIn) : causes.list, isPriced);
		},
	};
}

function see(cause: FailureCause, at: number): void {
	cause.firstAt = Math.min(cause.firstAt, at);
	cause.lastAt = Math.max(cause.lastAt, at);
}

/** In these states a request's row shows why it failed last. */
function showsError(code: number): boolean {
	return code !== statusCode['in-flight'] && code !== done;
}
