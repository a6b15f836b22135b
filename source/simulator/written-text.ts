import type {AnswerFault} from './fault.ts';
import {bytesPerToken, countTokens} from './usage.ts';

/** What became of a text that the model began to write. */
export type WrittenText = {
	/** Null for a refusal. */
	readonly text: string | null;
	readonly refusal: string | null;
	readonly finishReason: 'stop' | 'length' | 'content_filter';
	readonly tokens: number;
};

const refusal = "I'm sorry, but I can't help with that.";

/** Applies the fault, then the caller's own limit. `maxTokens` null: no limit. */
export function finishText(whole: string, maxTokens: number | null, fault: AnswerFault | null): WrittenText {
	switch (fault) {
		case 'refusal':
			return {text: null, refusal, finishReason: 'stop', tokens: countTokens(refusal)};
		case 'filter':
			return {text: '', refusal: null, finishReason: 'content_filter', tokens: 0};
		case 'length':
			return cutText(whole, Math.min(maxTokens ?? Infinity, Math.ceil(countTokens(whole) / 2)));
		case null: {
			const tokens = countTokens(whole);
			return maxTokens !== null && tokens > maxTokens
				? cutText(whole, maxTokens)
				: {text: whole, refusal: null, finishReason: 'stop', tokens};
		}
	}
}

/** Drops a character that the cut went through. */
function cutText(whole: string, tokens: number): WrittenText {
	const bytes = Buffer.from(whole).subarray(0, tokens * bytesPerToken);
	const text = bytes.toString('utf8').replace(/\uFFFD+$/, '');
	return {text, refusal: null, finishReason: 'length', tokens};
}
