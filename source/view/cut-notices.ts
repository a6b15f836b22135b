import type {RateStatus} from '../domain/rate-status.ts';
import {count} from './format.ts';
import type {NoticeText} from './notice.ts';
import {causeWords} from './words.ts';

/** Each cut of a queue's pace once, as soon as it is known what it came to. */
export function createCutWatch(): (rates: readonly RateStatus[]) => readonly NoticeText[] {
	const toldAt = new Map<string, number>();
	return rates =>
		rates.flatMap(({queue, lastCuts}) => {
			const told = toldAt.get(queue) ?? 0;
			const news = lastCuts.filter(({at, toPerMinute}) => at > told && toPerMinute !== null);
			toldAt.set(queue, news.at(-1)?.at ?? told);
			return news.map(({reason, fromPerMinute, toPerMinute}): NoticeText => {
				const pace = `${count(fromPerMinute)} to ${count(toPerMinute ?? 0)} a minute`;
				return ['warn', `${queue}: slowed down from ${pace} after ${causeWords(reason)}`];
			});
		});
}
