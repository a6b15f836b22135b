import type {AnswerRefused} from '../domain/added-event.ts';
import type {AttemptFailed} from '../domain/event.ts';
import {causeOf} from '../domain/failure.ts';
import {count, countdown} from './format.ts';
import type {NoticeText} from './notice.ts';
import {causeWords, failureText} from './words.ts';

/** Lines of the log about failed attempts: the first ones of a cause one by one, the others summed up. */
export type FailureLog = {
	observe(event: AttemptFailed | AnswerRefused): NoticeText | null;
	/** Sums that are due although nothing failed since. */
	due(now: number): readonly NoticeText[];
};

type Told = {lines: number; more: number; saidAt: number};

/** As gpt_batch_api's show_errors. */
const oneByOne = 25;
const summedUpMs = 10_000;

export function createFailureLog(id: (index: number) => string): FailureLog {
	const causes = new Map<string, Told>();

	function sumOf(cause: string, told: Told, now: number): NoticeText | null {
		if (told.more === 0 || now - told.saidAt < summedUpMs) {
			return null;
		}

		const text = `${causeWords(cause)}: ${count(told.more)} more`;
		told.more = 0;
		told.saidAt = now;
		return ['warn', text];
	}

	return {
		observe(event) {
			const cause = causeOf(event.failure);
			let told = causes.get(cause);
			if (!told) {
				told = {lines: 0, more: 0, saidAt: event.at};
				causes.set(cause, told);
			}

			if (told.lines < oneByOne) {
				told.lines++;
				told.saidAt = event.at;
				return [event.sequel === 'fail' ? 'error' : 'warn', lineOf(id(event.index), event)];
			}

			told.more++;
			return sumOf(cause, told, event.at);
		},
		due: now =>
			[...causes].flatMap(([cause, told]) => {
				const sum = sumOf(cause, told, now);
				return sum ? [sum] : [];
			}),
	};
}

const sequelWords: {readonly [S in Exclude<AttemptFailed['sequel'], 'retry' | 'wait'>]: string} = {
	hold: 'its queue is held',
	requeue: 'back in the queue',
	fail: 'failed for good',
	more: 'asked again',
	conclude: 'done with the answers before',
};

function lineOf(id: string, {failure, sequel, retryAt, at}: AttemptFailed | AnswerRefused): string {
	const next =
		sequel === 'retry' || sequel === 'wait'
			? `next try in ${countdown((retryAt ?? at) - at)}`
			: sequelWords[sequel];
	return `${id}: ${failureText(failure)}; ${next}`;
}
