import type {Answer, Choice} from './answer.ts';
import type {Consequence, Failure, FailureKind} from './failure.ts';
import {consequenceOf} from './failure.ts';
import {isNestedTooDeeply} from './nesting.ts';
import type {SchemaCheck} from './ports.ts';
import type {AnswerPolicy} from './settings.ts';

export type Verdict =
	| {readonly kind: 'usable'}
	| {readonly kind: 'unusable'; readonly failure: Failure; readonly consequence: Consequence};

/** What is not clean about a choice, worst first. */
export type Flaw = 'content_filter' | 'refusal' | 'truncated' | 'malformed';

/** A request is done when at least one of its choices is usable; else its first choice says why not. */
export function judge(
	answer: Pick<Answer, 'choices'>,
	policy: AnswerPolicy,
	check: SchemaCheck | null,
): Verdict {
	let first: Verdict | null = null;
	for (const choice of answer.choices) {
		const verdict = judgeChoice(choice, policy, check);
		if (verdict.kind === 'usable') {
			return verdict;
		}

		first ??= verdict;
	}

	return first ?? unusable('malformed', 'the answer holds no choice');
}

export function flawOf(choice: Choice): Flaw | null {
	if (choice.finishReason === 'content_filter') {
		return 'content_filter';
	}

	if (choice.refusal !== null) {
		return 'refusal';
	}

	if (choice.finishReason === 'length') {
		return 'truncated';
	}

	return choice.complete ? null : 'malformed';
}

function judgeChoice(choice: Choice, policy: AnswerPolicy, check: SchemaCheck | null): Verdict {
	switch (flawOf(choice)) {
		case 'content_filter':
			return policy.onContentFilter === 'keep'
				? {kind: 'usable'}
				: unusable('content_filter', 'the answer was stopped by the content filter');
		case 'refusal':
			return policy.onRefusal === 'keep' ? {kind: 'usable'} : unusable('refusal', choice.refusal ?? '');
		case 'truncated':
			return policy.onTruncated === 'keep'
				? {kind: 'usable'}
				: unusable(
						'truncated',
						'the answer was cut short by its token limit',
						policy.onTruncated === 'retry' ? 'retry' : 'fail',
					);
		case 'malformed':
			return unusable('malformed', 'the answer has no content');
		case null:
			return policy.structured && check && choice.text !== null
				? judgeStructure(choice.text, check)
				: {kind: 'usable'};
	}
}

function judgeStructure(text: string, check: SchemaCheck): Verdict {
	const parsed = parseJson(text);
	if (parsed === undefined) {
		return unusable('schema', 'the answer is not JSON');
	}

	const complaint = check(parsed);
	return complaint === null ? {kind: 'usable'} : unusable('schema', complaint);
}

/** Undefined when the text is not JSON, or JSON that nothing could write again. */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return isNestedTooDeeply(value) ? undefined : value;
	} catch {
		return undefined;
	}
}

function unusable(kind: FailureKind, message: string, consequence?: Consequence): Verdict {
	const failure = {kind, status: 200, code: null, message};
	return {kind: 'unusable', failure, consequence: consequence ?? consequenceOf(failure)};
}
