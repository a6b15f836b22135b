import {expect, test} from 'vitest';
import type {FailureKind} from '../../source/domain/failure.ts';
import {failed, send, transportTo} from './direct-call.ts';
import {scriptedServer} from './scripted-server.ts';

type Case = readonly [status: number, error: object, kind: FailureKind];

/** reference/api.md section 2.1: code first, type second, status last. */
const cases: readonly Case[] = [
	[429, {code: 'rate_limit_exceeded', type: 'tokens'}, 'rate_limit'],
	[429, {code: 'rate_limit_exceeded', type: 'requests'}, 'rate_limit'],
	[429, {code: 'slow_down', type: 'rate_limit_error'}, 'rate_limit'],
	[503, {code: 'slow_down'}, 'rate_limit'],
	[429, {code: 'resource_unavailable'}, 'rate_limit'],
	[498, {code: 'capacity_exceeded'}, 'rate_limit'],
	[498, {}, 'rate_limit'],
	[429, {}, 'rate_limit'],
	[429, {code: 'insufficient_quota', type: 'insufficient_quota'}, 'quota'],
	[429, {code: null, type: 'insufficient_quota'}, 'quota'],
	[400, {code: 'insufficient_quota'}, 'quota'],
	[403, {code: 'INSUFFICIENT_QUOTA'}, 'quota'],
	[500, {code: 'credit_balance_exhausted'}, 'quota'],
	[429, {code: 'organization_usage_limit_exceeded'}, 'quota'],
	[429, {code: 'organization_spend_limit_exceeded'}, 'quota'],
	[400, {code: 'project_spend_limit_exceeded'}, 'quota'],
	[402, {}, 'quota'],
	[503, {code: 'server_is_overloaded', type: 'service_unavailable_error'}, 'server'],
	[500, {type: 'server_error'}, 'server'],
	...[408, 409, 424, 425, 500, 501, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 528, 529, 599].map(
		(status): Case => [status, {}, 'server'],
	),
	[400, {type: 'invalid_request_error'}, 'invalid_request'],
	[400, {type: 'invalid_request_error', param: 'service_tier'}, 'invalid_request'],
	[413, {}, 'invalid_request'],
	[422, {}, 'invalid_request'],
	[418, {}, 'invalid_request'],
	[400, {code: 'context_length_exceeded', type: 'invalid_request_error'}, 'context_length'],
	[400, {type: 'exceed_context_size_error'}, 'context_length'],
	[400, {code: 'content_filter'}, 'content_filter'],
	[400, {code: 'content_policy_violation'}, 'content_filter'],
	[400, {code: 'invalid_prompt'}, 'content_filter'],
	[400, {code: null, innererror: {code: 'ResponsibleAIPolicyViolation'}}, 'content_filter'],
	[401, {code: 'invalid_api_key', type: 'invalid_request_error'}, 'auth'],
	[401, {}, 'auth'],
	[403, {code: 'unsupported_country_region_territory'}, 'auth'],
	[403, {}, 'auth'],
	[404, {code: 'model_not_found', type: 'invalid_request_error'}, 'not_found'],
	[400, {code: 'model_not_found'}, 'not_found'],
	[404, {}, 'not_found'],
	[405, {}, 'not_found'],
	[410, {}, 'not_found'],
	[304, {}, 'not_found'],
];

test('every status and code has its kind', async () => {
	let next: Case;
	const server = await scriptedServer((_, response) => {
		const [status, error] = next;
		response.writeHead(status, {'content-type': 'application/json', 'x-request-id': `req_${status}`});
		response.end(status === 304 ? undefined : JSON.stringify({error: {message: 'Sorry.', ...error}}));
	});
	const transport = transportTo(server.origin);
	for (next of cases) {
		const [status, error, kind] = next;
		const outcome = failed(await send(transport));
		expect(outcome.failure, JSON.stringify(next)).toMatchObject({kind, status});
		expect(outcome).toMatchObject({requestId: `req_${status}`, raw: null, retryHintMs: null});
		// Only a proxy that stopped waiting leaves it open whether the server went on.
		expect(outcome.maybeBilled, JSON.stringify(next)).toBe(status === 504 || status === 524);
		const named = error as {code?: string; innererror?: {code: string}};
		expect(outcome.failure.code).toBe(named.code ?? named.innererror?.code ?? null);
	}
});

test.each([
	['OpenAI', {error: {message: 'Bad\n  request', code: 'x'}}, 'Bad request'],
	['an error that is a text', {error: 'model "llama" not found'}, 'model "llama" not found'],
	[
		'a bare error (vLLM)',
		{object: 'error', message: 'too long', type: 'BadRequestError', code: 400},
		'too long',
	],
	['a list (Gemini)', [{error: {code: 400, message: 'bad field', status: 'INVALID_ARGUMENT'}}], 'bad field'],
	['a detail (FastAPI)', {detail: 'Not allowed'}, 'Not allowed'],
	['details', {detail: [{loc: ['body', 'n']}]}, 'HTTP 400: {"detail":[{"loc":["body","n"]}]}'],
	['no message', {error: {}}, 'HTTP 400: {"error":{}}'],
	['nothing', '', 'HTTP 400: empty body'],
	['text', 'upstream\r\nsaid no', 'HTTP 400: upstream said no'],
	[
		'a page',
		'\n<html><head><title>\n400 Bad Request </title></head><body>…</body></html>',
		'HTTP 400: HTML page: 400 Bad Request',
	],
	['a page without title', '<!DOCTYPE html><p>x', 'HTTP 400: HTML page: without a title'],
])('the message is found in %s', async (_, body, message) => {
	const server = await scriptedServer((_request, response) => {
		response.writeHead(400).end(typeof body === 'string' ? body : JSON.stringify(body));
	});
	const {failure} = failed(await send(transportTo(server.origin)));
	expect(failure).toMatchObject({kind: 'invalid_request', status: 400, message});
});

test('an error under status 200 is judged by its code, and may have been billed', async () => {
	const bodies: readonly (readonly [object, FailureKind])[] = [
		[{error: {code: 'insufficient_quota', message: 'no'}}, 'quota'],
		[{error: {type: 'rate_limit_error', message: 'no'}, choices: []}, 'rate_limit'],
		[{error: {code: 502, message: 'no'}}, 'malformed'],
		[{status: 'failed', error: {code: 'server_error', message: 'no'}, output: []}, 'server'],
		[{status: 'failed', error: {code: 'invalid_prompt', message: 'no'}, output: []}, 'content_filter'],
		[{status: 'failed', error: {code: 'rate_limit_exceeded', message: 'no'}}, 'rate_limit'],
		[{status: 'failed', error: {code: 'something_new', message: 'no'}}, 'server'],
		[{status: 'failed', error: null}, 'malformed'],
		[{status: 'queued', error: null, output: []}, 'malformed'],
	];
	let next: object;
	const server = await scriptedServer((_, response) => response.end(JSON.stringify(next)));
	const transport = transportTo(server.origin);
	for (const [body, kind] of bodies) {
		next = body;
		const outcome = failed(await send(transport, {endpoint: 'responses'}));
		expect(outcome, JSON.stringify(body)).toMatchObject({
			failure: {kind, status: 200},
			maybeBilled: true,
			raw: JSON.stringify(body),
		});
	}
});

test('an error body that is cut is still judged by its status', async () => {
	const server = await scriptedServer((_, response) => {
		response.writeHead(503, {'content-length': '500', 'retry-after': '7'});
		response.write('{"error":{"mess', () => response.destroy());
	});
	expect(failed(await send(transportTo(server.origin)))).toMatchObject({
		failure: {kind: 'server', status: 503, message: 'HTTP 503: {"error":{"mess'},
		retryHintMs: 7000,
		maybeBilled: false,
	});
});
