import type {Moments} from '../domain/mean-interval.ts';
import {meanInterval} from '../domain/mean-interval.ts';
import {clip, displayWidth} from './cells.ts';
import {plural} from './format.ts';
import {safeText} from './safe-text.ts';

type Agreement = {readonly one: string; readonly other: string; readonly moments: Moments};

/** `openai/a and openai/b say the same to 83.0% (78.1-87.0) of 300 prompts`. */
export function agreementText({one, other, moments}: Agreement): string {
	if (moments.count === 0) {
		return `${one} and ${other} have no prompt in common`;
	}

	const {low, high} = meanInterval(moments)!;
	const percent = (share: number) => (share * 100).toFixed(1);
	const share = `${percent(moments.mean)}% (${percent(low)}-${percent(high)})`;
	return `${one} and ${other} say the same to ${share} of ${plural(moments.count, 'prompt')}`;
}

/** The same for programs. */
export function agreementData({one, other, moments}: Agreement): object {
	const interval = meanInterval(moments);
	const digits = (value: number) => Number(value.toPrecision(6));
	return {
		models: [one, other],
		prompts: moments.count,
		share: moments.count === 0 ? null : digits(moments.mean),
		low: interval && digits(interval.low),
		high: interval && digits(interval.high),
	};
}

const fewestColumns = 8;

/** Lines of a table for people: columns of equal width, the first cell of a line a mark of one column. */
export function tableLine(mark: string, cells: readonly string[], columns: number): string {
	const width = Math.max(fewestColumns, Math.floor((columns - 2) / cells.length) - 2);
	const shown = cells.map(cell => {
		const text = safeText(cell, {maxLength: 1000});
		const cut = displayWidth(text) > width ? `${clip(text, width - 1)}…` : text;
		return cut + ' '.repeat(width - displayWidth(cut));
	});
	return `${mark} ${shown.join('  ')}`.trimEnd();
}
