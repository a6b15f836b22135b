import {type BatchState, isEnded} from '../domain/batch.ts';
import type {RunState} from '../domain/state.ts';
import {count, shortDuration} from './format.ts';
import type {NoticeText} from './notice.ts';

/** Shown as stalled when nothing moved for so long. Nothing follows from it: a batch may take its 24 hours. */
const stalledMs = 30 * 60_000;

/** A person is told later than the screen shows it: most of those that stand still for a while go on. */
const toldAfterMs = 60 * 60_000;

/** The API is late with its own promise. */
const overdueMs = 60 * 60_000;

/** The API works on the batch, or should, and nothing has come of it for long. */
export function isStalled(batch: BatchState, now: number): boolean {
	return isAwaited(batch) && (quietMs(batch, now) >= stalledMs || isOverdue(batch, now));
}

/** Tells of each batch that stands still once, and again when it had moved in between or is overdue. */
export function createStallWatch(): (state: RunState, now: number) => readonly NoticeText[] {
	const told = new Map<number, string>();
	return ({batches}, now) => {
		const texts: NoticeText[] = [];
		for (const batch of batches.values()) {
			if (!isAwaited(batch)) {
				told.delete(batch.shard);
				continue;
			}

			const overdue = isOverdue(batch, now);
			const key = overdue ? 'overdue' : String(batch.progressAt);
			if ((overdue || quietMs(batch, now) >= toldAfterMs) && told.get(batch.shard) !== key) {
				told.set(batch.shard, key);
				texts.push(['warn', stallText(batch, overdue, now)]);
			}
		}

		return texts;
	};
}

function stallText(batch: BatchState, overdue: boolean, now: number): string {
	const {shard, status, counts, expiresAt} = batch;
	const stands = `${status} ${count(counts.completed + counts.failed)}/${count(batch.count)}`;
	const what = overdue
		? `is overdue: ${stands}, ${shortDuration(now - (expiresAt ?? now))} after it should have expired`
		: `has not moved for ${shortDuration(quietMs(batch, now))}: ${stands}`;
	const wait = overdue || expiresAt === null ? 'wait' : `wait, it has ${shortDuration(expiresAt - now)} left`;
	return `batch ${shard} ${what}. Nothing of it is sent again by itself: ${wait}, or end it and keep what it finished, with x or D in pane 2 (D sends the rest direct), or with wipe --requests after a quit`;
}

function isAwaited(batch: BatchState): boolean {
	return batch.step === 'submitted' && !isEnded(batch);
}

function quietMs({progressAt}: BatchState, now: number): number {
	return now - (progressAt ?? now);
}

function isOverdue({expiresAt}: BatchState, now: number): boolean {
	return expiresAt !== null && now - expiresAt >= overdueMs;
}
