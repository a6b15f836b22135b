import type {RequestDetail} from './request-detail.ts';

/** What stands above one of several answers. Choices count from 0 as in the result files, rounds from 1. */
export function answerTitle({rounds}: Pick<RequestDetail, 'rounds'>, position: number): string {
	return rounds ? `round ${position + 1}` : `choice ${position}`;
}

/** The one answer for a glance: what several rounds come to, or the last of them. */
export function glanceAnswer({
	rounds,
	answers,
}: Pick<RequestDetail, 'rounds' | 'answers'>): string | undefined {
	return rounds ? (rounds.summary ?? answers.at(-1)) : answers[0];
}
