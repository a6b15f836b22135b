import type {JsonObject} from '../domain/request.ts';
import {admitPaidCall} from './admission.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, invalidType, missingParameter, notFound} from './api-error.ts';
import {describeBatch} from './batch-object.ts';
import {statusOf} from './batch-timeline.ts';
import type {Exchange} from './exchange.ts';
import {asObject} from './json-value.ts';
import {modelRoutes, withoutVersion} from './model-routes.ts';
import {isApiError, pageOf} from './page.ts';
import {readJsonBody} from './read-body.ts';
import {sendError, sendJson} from './reply.ts';

export async function createBatch({simulator, request, response, notes}: Exchange): Promise<void> {
	const {batches, script} = simulator;
	const read = await readJsonBody(request);
	if (read.kind === 'gone') {
		return;
	}

	const body = read.kind === 'object' ? read.body : null;
	notes.body = body;
	const error = read.kind === 'bad' ? read.error : (checkCreate(read.body) ?? admitPaidCall(simulator));
	if (error || !body) {
		sendError(response, error!);
		return;
	}

	const outputSeconds = asObject(body.output_expires_after)?.seconds;
	const record = batches.create({
		inputFileId: String(body.input_file_id),
		endpoint: String(body.endpoint),
		metadata: asObject(body.metadata),
		outputLifeMs: typeof outputSeconds === 'number' ? outputSeconds * 1000 : null,
	});
	if (record.ordinal < script.create502) {
		const message = 'Bad gateway. The batch was made although this answer says otherwise (create_502).';
		sendJson(response, 502, {error: {message, type: 'server_error', param: null, code: null}});
		return;
	}

	sendJson(response, 200, describeBatch(record, Date.now()));
}

/** Nothing about the file: what is wrong with it makes the batch fail later. */
function checkCreate(body: JsonObject): ApiError | null {
	for (const param of ['input_file_id', 'endpoint', 'completion_window']) {
		if (body[param] === undefined) {
			return missingParameter(param);
		}

		if (typeof body[param] !== 'string') {
			return invalidType(param, 'a string');
		}
	}

	if (!modelRoutes.has(withoutVersion(String(body.endpoint)))) {
		const known = [...modelRoutes.keys()].map(path => `'/v1${path}'`).join(', ');
		return invalidRequest(`Invalid 'endpoint': expected one of ${known}.`, 'endpoint', 'invalid_value');
	}

	if (body.completion_window !== '24h') {
		const message = "Invalid 'completion_window': expected '24h'.";
		return invalidRequest(message, 'completion_window', 'invalid_value');
	}

	const life = asObject(body.output_expires_after);
	const seconds = life?.seconds;
	if (life && !(typeof seconds === 'number' && seconds >= 3600 && seconds <= 2_592_000)) {
		const message = "Invalid 'output_expires_after.seconds': expected 3600 to 2592000.";
		return invalidRequest(message, 'output_expires_after.seconds', 'invalid_value');
	}

	return checkMetadata(body.metadata);
}

function checkMetadata(metadata: unknown): ApiError | null {
	if (metadata === undefined || metadata === null) {
		return null;
	}

	const pairs = Object.entries(asObject(metadata) ?? {});
	if (!asObject(metadata) || pairs.some(([, value]) => typeof value !== 'string')) {
		return invalidType('metadata', 'an object with string values');
	}

	return pairs.length > 16 || pairs.some(([key, value]) => key.length > 64 || String(value).length > 512)
		? invalidRequest(
				"Invalid 'metadata': at most 16 pairs, keys of at most 64 and values of at most 512 characters.",
				'metadata',
			)
		: null;
}

export function listBatches({simulator, response, query}: Exchange): void {
	const nowMs = Date.now();
	const page = pageOf(simulator.batches.list(), record => describeBatch(record, nowMs), {
		query,
		what: 'Batch object',
		mostItems: 100,
		defaultItems: 20,
	});
	if (isApiError(page)) {
		sendError(response, page);
	} else {
		sendJson(response, 200, page);
	}
}

export function retrieveBatch({simulator, response}: Exchange, id: string): void {
	const record = simulator.batches.get(id);
	if (record) {
		sendJson(response, 200, describeBatch(record, Date.now()));
	} else {
		sendError(response, notFound('Batch object', id));
	}
}

export function cancelBatch({simulator, request, response}: Exchange, id: string): void {
	request.resume();
	const record = simulator.batches.get(id);
	if (!record) {
		sendError(response, notFound('Batch object', id));
		return;
	}

	const nowMs = Date.now();
	const cancelled = simulator.batches.cancel(record);
	if (cancelled) {
		sendJson(response, 200, describeBatch(cancelled, nowMs));
	} else {
		const message = `Cannot cancel a batch with status '${statusOf(record, nowMs)}'.`;
		sendError(response, invalidRequest(message, null, null, 409));
	}
}
