import type {Request} from '../domain/request.ts';
import {answerTitle} from './answer-title.ts';
import {attemptChanges, attemptFacts} from './attempt-words.ts';
import {count, money} from './format.ts';
import type {AttemptView, RequestDetail} from './request-detail.ts';

/**
 * `json`: the record as one indented JSON object, as in the result files where it has an outcome (a list of them
 * where it has several choices). `curl`: the call as a shell command that reads its key from the environment.
 * `text`: everything about it for a pager.
 */
export type RecordForm = 'json' | 'curl' | 'text';

/** A request without an outcome, in the words of the result files. */
export type OpenRecord = {readonly [column: string]: unknown};

/** What a record says while there is neither a result nor a failure of its request. */
export function openRecord(request: Request, status: string, attempts: number): OpenRecord {
	const {id, index, asked, model, modelArgs, provider, input} = request;
	return {id, index, status, attempts, ...asked, model, model_args: modelArgs, provider, input};
}

/** Everything about a request as plain text: its state, every attempt and what changed between them, all texts. Raw. */
export function recordText(detail: RequestDetail): string {
	const {id, index, status, provider, model, error, warnings, answers, prompt, body, attempts} = detail;
	return [
		`request ${id}`,
		`index ${index}   ${status}   ${provider} ${model}`,
		...usageLines(detail),
		...(detail.rounds?.summary ? [`came to: ${detail.rounds.summary}`] : []),
		...warnings.map(warning => `warning: ${warning}`),
		...(error === null ? [] : section('error', error)),
		...section('attempts', attempts.length === 0 ? 'not tried yet' : attemptsText(attempts)),
		...answers.flatMap((answer, position) =>
			section(answers.length > 1 ? `answer, ${answerTitle(detail, position)}` : 'answer', answer),
		),
		...section('prompt', prompt),
		...section('request body', body),
	].join('\n');
}

function section(title: string, text: string): readonly string[] {
	return ['', `--- ${title} ---`, text];
}

function usageLines({usage, finishReason, costUsd}: RequestDetail): readonly string[] {
	if (!usage) return [];
	const tokens = `${count(usage.input)} tokens in (${count(usage.cached)} cached), ${count(usage.output)} out`;
	return [`${tokens}   ${money(costUsd)}   finish ${finishReason ?? '-'}`];
}

function attemptsText(attempts: readonly AttemptView[]): string {
	return attempts
		.map((attempt, position) => {
			const before = attempts[position - 1];
			const changes = before
				? [`   since the one before: ${attemptChanges(before, attempt).join(', ')}`]
				: [];
			const facts = attemptFacts(attempt, new Date(attempt.at).toISOString());
			const message = attempt.message === '' ? [] : [indented(attempt.message)];
			return [`${position + 1}. ${facts.join('   ')}`, ...changes, ...message].join('\n');
		})
		.join('\n');
}

function indented(text: string): string {
	return text.replaceAll(/^/gm, '   ');
}
