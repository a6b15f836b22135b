import {rangesOf} from '../../source/domain/batch.ts';
import type {FailureKind} from '../../source/domain/failure.ts';
import type {Status} from '../../source/domain/state.ts';
import type {FailedCounts} from '../../source/domain/triage-event.ts';
import type {Ledger} from './random-run.ts';
import type {RunFixture} from './run-fixture.ts';

/** What the last wipe or give-up changed, for those that nothing happened to since. */
type Undoable = {
	readonly what: 'wipe' | 'give-up';
	readonly indexes: number[];
	readonly before: readonly {readonly offset: number; readonly due: number | null; readonly kind: string}[];
};

/** Something random that a person can decide about single requests; the ledger is kept beside `reduce`. */
export function createTriage(
	{state, take}: RunFixture,
	ledger: Ledger,
	queueOf: (index: number) => number,
	random: () => number,
): () => void {
	let last: Undoable | null = null;
	const below = (limit: number) => Math.floor(random() * limit);
	const {status, kinds} = ledger;

	function some(...wanted: readonly Status[]): number[] {
		return status.flatMap((one, index) => (wanted.includes(one) && random() < 0.4 ? [index] : []));
	}

	/** Takes those that failed off the ledger, or puts them on it. */
	function countFailed(indexes: readonly number[], step: 1 | -1): FailedCounts {
		const failedKinds: {[K in FailureKind]?: number} = {};
		const failedByQueue = state.queues.map(() => 0);
		for (const index of indexes) {
			const kind = kinds[index] as FailureKind;
			failedKinds[kind] = (failedKinds[kind] ?? 0) + 1;
			failedByQueue[queueOf(index)]!++;
			ledger.failedKinds[kind] = (ledger.failedKinds[kind] ?? 0) + step;
			if (ledger.failedKinds[kind] === 0) {
				delete ledger.failedKinds[kind];
			}
		}

		return {failedKinds, failedByQueue};
	}

	function keep(what: Undoable['what'], indexes: readonly number[]): Undoable {
		const before = indexes.map(index => ({
			offset: state.columns.offset[index]!,
			due: state.waiting.get(index) ?? null,
			kind: kinds[index] ?? '',
		}));
		return {what, indexes: [...indexes], before};
	}

	function retry(): void {
		const waiting = some('waiting');
		const failed = some('failed');
		const counts = countFailed(failed, -1);
		for (const index of [...waiting, ...failed]) {
			status[index] = 'queued';
		}

		take({
			type: 'requests-retried',
			at: ledger.at,
			waiting: rangesOf(waiting),
			failed: rangesOf(failed),
			retriesUsed: below(4),
			...counts,
		});
	}

	function wipe(): void {
		const indexes = some('failed');
		last = keep('wipe', indexes);
		const counts = countFailed(indexes, -1);
		for (const index of indexes) {
			status[index] = 'queued';
		}

		take({type: 'requests-wiped', at: ledger.at, what: 'failed', indexes: rangesOf(indexes), ...counts});
	}

	function giveUp(): void {
		const indexes = some('queued', 'waiting');
		last = keep('give-up', indexes);
		for (const index of indexes) {
			status[index] = 'failed';
			kinds[index] = 'cancelled';
		}

		const {failedByQueue} = countFailed(indexes, 1);
		ledger.sessionFinished += indexes.length;
		const previous = indexes.map(index => state.columns.offset[index]!);
		take({type: 'requests-given-up', at: ledger.at, indexes, previous, failedByQueue});
	}

	function undo(): void {
		if (!last) {
			return;
		}

		const {what, indexes, before} = last;
		const changed = what === 'wipe' ? 'queued' : 'failed';
		const left = [...indexes.keys()].filter(position => status[indexes[position]!] === changed);
		const restored = left.map(position => indexes[position]!);
		const wanted = some('batched').filter(index => state.unwanted.has(index));
		last = null;
		const about = {type: 'requests-restored', at: ledger.at, of: indexes.length} as const;
		if (what === 'wipe') {
			for (const position of left) {
				status[indexes[position]!] = 'failed';
				kinds[indexes[position]!] = before[position]!.kind;
			}

			const counts = countFailed(restored, 1);
			const none = {waiting: [], offsets: [], wanted: []};
			take({...about, to: 'failed', indexes: rangesOf(restored), ...none, ...counts});
			return;
		}

		const counts = countFailed(restored, -1);
		const waiting: number[] = [];
		for (const position of left) {
			const index = indexes[position]!;
			const {due} = before[position]!;
			status[index] = due === null ? 'queued' : 'waiting';
			waiting.push(...(due === null ? [] : [index, due]));
		}

		ledger.sessionFinished -= restored.length;
		const offsets = left.map(position => before[position]!.offset);
		const more = {waiting, offsets, wanted: rangesOf(wanted)};
		take({...about, to: 'open', indexes: rangesOf(restored), ...more, ...counts});
	}

	function move(): void {
		const indexes = some('queued', 'waiting').sort(() => random() - 0.5);
		const to = random() < 0.5 ? 'front' : 'back';
		take({type: 'requests-moved', at: ledger.at, to, indexes: rangesOf(indexes)});
	}

	function unwant(): void {
		take({type: 'requests-unwanted', at: ledger.at, indexes: rangesOf(some('in-flight', 'batched'))});
	}

	const acts = [retry, wipe, giveUp, undo, undo, move, unwant];
	return () => {
		acts[below(acts.length)]!();
	};
}
