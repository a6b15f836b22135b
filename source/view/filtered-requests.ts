import {grown} from '../domain/grown.ts';
import {type Background, patientRank} from './background.ts';
import {type Matcher, type Verdict, verdict} from './matcher.ts';

/** Which requests a filter lets through: judged from memory in one sweep, then read where memory does not know. */
export type FilteredRequests = {
	/** One byte a request: `verdict.yes` is in. Another one where requests were added. */
	readonly verdicts: Uint8Array;
	/** How many are in. */
	found(): number;
	/** Every request was judged once; some may still have to be read. */
	isSwept(): boolean;
	/** 0 to 1 while requests are judged or read; else null. */
	progress(): number | null;
	/** Something happened to a request. */
	touch(index: number): void;
	stop(): void;
};

export type FilteredRequestsOptions = {
	readonly state: {readonly count: number};
	readonly matcher: Matcher;
	readonly background: Background;
	/** A request came in or went out. */
	readonly onChange: () => void;
	/** Every request was judged from memory; and again when the first search through the files is over. */
	readonly onFound: () => void;
};

export const sweepRank = 1;
const sweepStride = 1024;

export function createFilteredRequests({
	state,
	matcher,
	background,
	onChange,
	onFound,
}: FilteredRequestsOptions): FilteredRequests {
	let verdicts = new Uint8Array(state.count);
	let found = 0;
	let pending = 0;
	let read = 0;
	let swept = 0;
	let isScanning = false;
	let isFirst = true;
	let isStopped = false;
	let cancelScan = () => {};

	function set(index: number, next: Verdict): void {
		const before = verdicts[index]!;
		if (before !== next) {
			verdicts[index] = next;
			found += (next === verdict.yes ? 1 : 0) - (before === verdict.yes ? 1 : 0);
			pending += (next === verdict.unknown ? 1 : 0) - (before === verdict.unknown ? 1 : 0);
			onChange();
		}
	}

	function* sweep() {
		while (swept < state.count) {
			const end = Math.min(state.count, swept + sweepStride);
			for (; swept < end; swept++) {
				set(swept, matcher.judge(swept));
			}

			yield;
		}
	}

	function* scan() {
		for (let from = 0; pending > 0; ) {
			const index = verdicts.indexOf(verdict.unknown, from);
			from = index + 1;
			if (index >= 0) {
				set(index, readOne(index) ? verdict.yes : verdict.no);
				read++;
				yield;
			}
		}
	}

	/** A row or a line that cannot be read matches nothing; its detail says why. */
	function readOne(index: number): boolean {
		try {
			return matcher.read(index);
		} catch {
			return false;
		}
	}

	function startScan(): void {
		if (!isScanning && !isStopped && pending > 0) {
			isScanning = true;
			read = 0;
			cancelScan = background.add(patientRank, scan(), () => {
				isScanning = false;
				// Later ones are of single requests: they do not hurry anybody.
				if (isFirst) {
					onFound();
				}

				isFirst = false;
			});
		}
	}

	let isSweeping = true;
	const cancelSweep = background.add(sweepRank, sweep(), () => {
		isSweeping = false;
		startScan();
		onFound();
	});

	return {
		get verdicts() {
			return verdicts;
		},
		found: () => found,
		isSwept: () => swept === state.count,
		progress() {
			if (swept < state.count) {
				return swept / state.count;
			}

			return pending === 0 ? null : read / (read + pending);
		},
		touch(index) {
			verdicts = grown(verdicts, state.count);
			// One that was added when all were swept.
			swept += !isSweeping && index === swept && index < state.count ? 1 : 0;
			// The sweep comes to those behind it.
			if (index >= 0 && index < swept) {
				set(index, matcher.judge(index));
				startScan();
			}
		},
		stop() {
			isStopped = true;
			cancelSweep();
			cancelScan();
		},
	};
}
