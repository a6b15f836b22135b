import type {Spec} from '../spec/spec.ts';
import {plural} from '../view/format.ts';
import type {PlanPreview, WayPlan} from '../view/plan-preview.ts';

/** How often each request is asked: at least, and at most. */
export type Repeats = {readonly least: number; readonly most: number};

export const askedOnce: Repeats = {least: 1, most: 1};

export function repeatsOf({opinions}: Pick<Spec, 'opinions'>): Repeats {
	return opinions ? {least: opinions.min, most: opinions.max} : askedOnce;
}

/** What is expected is of the fewest rounds, what is the most of all. */
export function repeatedWay(way: WayPlan, {least, most}: Repeats): WayPlan {
	const atMost = (amount: number | null) => (amount === null ? null : amount * most);
	const expected = (amount: number | null) => (amount === null ? null : amount * least);
	return {
		...way,
		calls: way.calls * least,
		files: way.files * least,
		bytes: way.bytes * least,
		inputTokens: way.inputTokens * least,
		outputTokens: expected(way.outputTokens),
		maxOutputTokens: atMost(way.maxOutputTokens),
		usd: expected(way.usd),
		maxUsd: atMost(way.maxUsd),
		directSeconds: way.directSeconds * least,
		waves: way.waves * least,
		enqueuedTokens: way.enqueuedTokens * least,
	};
}

export function repeatedPreview({direct, batch, auto}: PlanPreview, repeats: Repeats): PlanPreview {
	return {
		direct: repeatedWay(direct, repeats),
		batch: batch && repeatedWay(batch, repeats),
		auto: repeatedWay(auto, repeats),
	};
}

/** What the figures of a plan leave out or rest on, where requests are asked several times. */
export function repeatNotes(
	spec: Pick<Spec, 'opinions' | 'hasTurns' | 'judging' | 'rephrasing'>,
): readonly string[] {
	const {judging, rephrasing} = spec;
	const {least, most} = repeatsOf(spec);
	return [
		...(most > 1
			? [`${least} to ${most} times each: what is expected is of ${least}, what is the most of ${most}`]
			: []),
		...(spec.hasTurns ? ['in several turns, a call each: the figures are of the first turn alone'] : []),
		...(rephrasing
			? [
					`for other words as well, ${plural(rephrasing.models.length * rephrasing.templates.length, 'request')} for each prompt, and then in them: no figure here counts that`,
				]
			: []),
		...(judging
			? [
					`of judges as well, ${plural(judging.judges.length * judging.templates.length, 'request')} for each answer: no figure here counts that`,
				]
			: []),
	];
}
