import type {BatchState} from '../domain/batch.ts';
import type {BatchEvent} from '../domain/batch-event.ts';
import {shortCount} from './format.ts';
import type {NoticeText} from './notices.ts';

/** Input is counted and should fit; output is a guess about answers. */
const inputFactor = 1.2;
const outputFactor = 1.6;

/** Says when what a batch used up is far from what was predicted for it: plans and forecasts are off by as much. */
export function estimateNotices(
	name: string,
	{outcomes}: Extract<BatchEvent, {type: 'batch-collected'}>,
	batch: BatchState | null,
): readonly NoticeText[] {
	const answered = outcomes.done + outcomes.failed;
	if (!batch || answered === 0) {
		return [];
	}

	const share = answered / batch.count;
	return [
		...notice(name, 'input', batch.used.input, batch.input * share, inputFactor),
		...notice(name, 'output', batch.used.output, batch.output * share, outputFactor),
	];
}

function notice(
	name: string,
	what: string,
	used: number,
	predicted: number,
	factor: number,
): readonly NoticeText[] {
	if (used === 0 || predicted === 0 || Math.max(used / predicted, predicted / used) <= factor) {
		return [];
	}

	const more = used > predicted ? 'more' : 'fewer';
	const amounts = `${shortCount(used)} instead of ${shortCount(Math.round(predicted))}`;
	return [['warn', `${name} used ${more} ${what} tokens than predicted: ${amounts}`]];
}
