import {type BatchState, requestsIn} from '../domain/batch.ts';
import type {BatchEvent} from '../domain/batch-event.ts';
import {shortCount} from './format.ts';
import type {NoticeText} from './notice.ts';

/** Input is counted and should fit; output is a guess about answers. */
const inputFactor = 1.2;
const outputFactor = 1.6;

/**
 * Says when what a batch used up is far from what was predicted for it: plans and forecasts are off by as much. Once
 * for each queue and direction, as the next batches of the queue will be like it.
 */
export function estimateNotices(
	name: string,
	{outcomes}: Extract<BatchEvent, {type: 'batch-collected'}>,
	batch: BatchState | null,
	told: Set<string>,
): readonly NoticeText[] {
	const answered = outcomes.done + outcomes.failed;
	if (!batch || answered === 0) {
		return [];
	}

	const share = answered / requestsIn(batch);
	const deviations = [
		deviationOf('input', batch.used.input, batch.input * share, inputFactor),
		deviationOf('output', batch.used.output, batch.output * share, outputFactor),
	];
	return deviations.flatMap((deviation): readonly NoticeText[] => {
		const key = deviation && `${batch.queue} ${deviation.what}`;
		if (key === null || told.has(key)) {
			return [];
		}

		told.add(key);
		return [['warn', `${name} used ${deviation!.what} tokens than predicted: ${deviation!.amounts}`]];
	});
}

/** Null while it is near enough. */
function deviationOf(
	kind: string,
	used: number,
	predicted: number,
	factor: number,
): {readonly what: string; readonly amounts: string} | null {
	if (used === 0 || predicted === 0 || Math.max(used / predicted, predicted / used) <= factor) {
		return null;
	}

	const amounts = `${shortCount(used)} instead of ${shortCount(Math.round(predicted))}`;
	return {what: `${used > predicted ? 'more' : 'fewer'} ${kind}`, amounts};
}
