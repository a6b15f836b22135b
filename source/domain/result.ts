import type {AnswerAccepted} from './added-event.ts';
import type {Answer, Choice} from './answer.ts';
import {readAnswer} from './answer.ts';
import type {AttemptAnswered, AttemptFailed} from './event.ts';
import type {Failure, FailureKind} from './failure.ts';
import {isoTime} from './iso-time.ts';
import {usd} from './money.ts';
import type {SchemaCheck} from './ports.ts';
import type {Lane} from './price.ts';
import type {JsonObject, Request} from './request.ts';
import type {Scored} from './scored.ts';
import {countsForCall} from './sharing.ts';
import {type Flaw, flawOf, parseJson} from './verdict.ts';

/** What is not clean about a choice, or about the figures of its call. */
export type Warning = Flaw | 'schema' | 'usage_estimated' | 'score_error';

type AskedColumns = {
	readonly prompt?: unknown;
	readonly prompt_raw?: unknown;
	readonly prompt_args?: unknown;
	readonly messages?: unknown;
	readonly messages_raw?: unknown;
	readonly messages_args?: unknown;
};

/** One line of results.jsonl, one per choice. The keys stand in the order in which they are written. */
export type ResultRow = AskedColumns & {
	readonly id: string;
	readonly index: number;
	readonly choice_index: number;
	readonly model: string;
	readonly model_args: JsonObject;
	readonly provider: string;
	readonly text: string | null;
	/** Only where a schema is set: the object that satisfies it, or null. */
	readonly parsed?: unknown;
	readonly finish_reason: string | null;
	readonly warnings: readonly Warning[];
	readonly choice: unknown;
	readonly completion: JsonObject;
	/** Of the whole call, on the first row of its first request. */
	readonly usage: unknown;
	/** The same; null too when the price is unknown. */
	readonly cost_usd: number | null;
	/** Set where several requests shared one call. */
	readonly call: {readonly id: string; readonly size: number} | null;
	readonly mode: Lane;
	readonly batch_id: string | null;
	readonly attempts: number;
	readonly sent_at: string;
	readonly finished_at: string;
	readonly latency_ms: number;
	/** What the task made of the answer, on the first row; only where a task judges. */
	readonly value?: unknown;
	readonly input: JsonObject;
	/** Only of an answer that was taken over from an output made elsewhere. */
	readonly adopted?: true;
	/** Only where the spec has scorers. */
	readonly scores?: Scored['scores'];
	/** Only where one of them failed. */
	readonly score_errors?: Scored['errors'];
};

/** One line of failures.jsonl, one per request that failed for good. */
export type FailureRow = AskedColumns & {
	readonly id: string;
	readonly index: number;
	readonly model: string;
	readonly model_args: JsonObject;
	readonly provider: string;
	readonly attempts: number;
	readonly error: {
		readonly kind: FailureKind;
		readonly status: number | null;
		readonly code: string | null;
		readonly message: string;
	};
	/** Every failed attempt, oldest first; of a request that was given up before it was tried, none. */
	readonly history: readonly {
		readonly at: string;
		readonly mode: Lane;
		readonly kind: FailureKind;
		readonly status: number | null;
		readonly message: string;
		readonly request_id: string | null;
		readonly cost_usd: number | null;
		readonly maybe_billed: boolean;
	}[];
	readonly input: JsonObject;
};

/** Null when the recorded body is not a JSON object: its journal line is damaged. */
export function resultRows(
	request: Request,
	answered: AttemptAnswered,
	attempts: number,
	check: SchemaCheck | null,
	verdict: Pick<AnswerAccepted, 'value'> | null = null,
): readonly ResultRow[] | null {
	const body = parseJson(answered.raw);
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return null;
	}

	const answer = readAnswer(request.endpoint, body as JsonObject);
	return answer.choices.map((choice, position) =>
		resultRow(request, answered, attempts, check, answer, choice, position === 0, verdict),
	);
}

/** `failure` is why the request failed for good, `history` holds its failed attempts, oldest first. */
export function failureRow(
	request: Request,
	failure: Failure,
	history: readonly AttemptFailed[],
	attempts: number,
): FailureRow {
	const {kind, status, code, message} = failure;
	return {
		id: request.id,
		index: request.index,
		...request.asked,
		model: request.model,
		model_args: request.modelArgs,
		provider: request.provider,
		attempts,
		error: {kind, status, code, message},
		history: history.map(attempt => ({
			at: isoTime(attempt.at),
			mode: attempt.lane,
			kind: attempt.failure.kind,
			status: attempt.failure.status,
			message: attempt.failure.message,
			request_id: attempt.requestId,
			cost_usd: costUsd(failedCost(attempt)),
			maybe_billed: attempt.maybeBilled,
		})),
		input: request.input,
	};
}

function resultRow(
	request: Request,
	answered: AttemptAnswered,
	attempts: number,
	check: SchemaCheck | null,
	answer: Answer,
	choice: Choice,
	first: boolean,
	verdict: Pick<AnswerAccepted, 'value'> | null,
): ResultRow {
	const parsed = check ? satisfying(choice.text, check) : undefined;
	const warnings = warningsOf(choice, check !== null && parsed === null, first && answered.usageEstimated);
	return {
		id: request.id,
		index: request.index,
		choice_index: choice.index,
		...request.asked,
		model: request.model,
		model_args: request.modelArgs,
		provider: request.provider,
		text: choice.text,
		...(check ? {parsed} : null),
		finish_reason: choice.finishReason,
		warnings,
		choice: choice.raw,
		completion: answer.envelope,
		usage: first ? (answer.rawUsage ?? null) : null,
		cost_usd: first && countsForCall(answered) ? costUsd(answered.costPico) : null,
		call: answered.call ? {id: answered.call.id, size: answered.call.size} : null,
		mode: answered.lane,
		batch_id: answered.batchId,
		attempts,
		sent_at: isoTime(answered.startedAt),
		finished_at: isoTime(answered.at),
		latency_ms: answered.at - answered.startedAt,
		...(verdict ? {value: first ? verdict.value : null} : null),
		input: request.input,
		...(answered.adopted === undefined ? null : ({adopted: true} as const)),
	};
}

function warningsOf(choice: Choice, breaksSchema: boolean, estimated: boolean): readonly Warning[] {
	const flaw = flawOf(choice);
	return [
		...(flaw ? [flaw] : []),
		...(breaksSchema ? (['schema'] as const) : []),
		...(estimated ? (['usage_estimated'] as const) : []),
	];
}

/** Of several choices only one had to satisfy the schema for the request to be done. */
function satisfying(text: string | null, check: SchemaCheck): unknown {
	const value = text === null ? undefined : parseJson(text);
	return value === undefined || check(value) !== null ? null : value;
}

/** An attempt that was refused, and of which nothing says that it was processed, cost nothing. */
function failedCost({usage, costPico, maybeBilled}: AttemptFailed): number | null {
	return usage === null && !maybeBilled ? 0 : costPico;
}

function costUsd(costPico: number | null): number | null {
	return costPico === null ? null : usd(BigInt(costPico));
}
