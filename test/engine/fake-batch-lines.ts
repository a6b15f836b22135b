import type {BatchLine} from '../../source/domain/batch-ports.ts';
import type {CallOutcome} from '../../source/domain/ports.ts';
import {answered} from './engine-fixture.ts';

export type InputLine = {
	readonly custom_id: string;
	readonly method: string;
	readonly url: string;
	readonly body: {readonly [key: string]: unknown};
};

export function okLine({custom_id, body}: InputLine, text = String(body.index)): string {
	const outcome = answered(text);
	return JSON.stringify({
		id: `batch_req_${custom_id}`,
		custom_id,
		response: {status_code: 200, request_id: 'req', body: outcome.kind === 'answered' ? outcome.body : null},
		error: null,
	});
}

export function errorLine({custom_id}: Pick<InputLine, 'custom_id'>, code: string, status = 0): string {
	const error = {code, message: `${code} said the server`};
	return JSON.stringify({
		id: `batch_req_${custom_id}`,
		custom_id,
		response: status === 0 ? null : {status_code: status, request_id: 'req', body: {error}},
		error: status === 0 ? error : null,
	});
}

type OutputLine = {
	readonly custom_id: string;
	readonly response: {readonly status_code: number; readonly body: {readonly [key: string]: unknown}} | null;
	readonly error: {readonly code: string; readonly message: string} | null;
};

export function readLine(text: string): BatchLine {
	try {
		const {custom_id: customId, response, error} = JSON.parse(text) as OutputLine;
		return {text, customId, outcome: outcomeOf(response, error)};
	} catch {
		return {text, customId: null, outcome: null};
	}
}

function outcomeOf(
	response: OutputLine['response'],
	error: OutputLine['error'],
): Exclude<CallOutcome, {kind: 'aborted'}> {
	if (response?.status_code === 200 && !error) {
		return {
			kind: 'answered',
			raw: JSON.stringify(response.body),
			body: response.body,
			requestId: 'req',
			headers: null,
		};
	}

	const status = response?.status_code ?? null;
	const code = error?.code ?? null;
	const kind =
		code === 'batch_expired' || code === 'batch_cancelled'
			? 'expired'
			: status === 429
				? 'rate_limit'
				: status !== null && status < 500
					? 'invalid_request'
					: 'server';
	return {
		kind: 'failed',
		failure: {kind, status, code, message: error?.message ?? `status ${status}`},
		retryHintMs: null,
		requestId: 'req',
		maybeBilled: false,
		raw: null,
		headers: null,
	};
}
