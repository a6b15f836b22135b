import type {JsonObject} from '../domain/request.ts';
import {answeredAt} from './answered-at.ts';
import {modelNotFound} from './api-error.ts';
import type {Exchange} from './exchange.ts';
import {unknownModel} from './model-body.ts';
import {sendError, sendJson} from './reply.ts';

/** What the list shows; every other name is accepted too. */
const listed = [
	'gpt-4o',
	'gpt-4o-mini',
	'gpt-4.1-mini',
	'gpt-3.5-turbo-instruct',
	'text-embedding-3-small',
	'text-embedding-3-large',
	'omni-moderation-latest',
];

export function listModels({response}: Exchange): void {
	sendJson(response, 200, {object: 'list', data: listed.map(describe)});
}

export function retrieveModel({response}: Exchange, id: string): void {
	if (id === unknownModel) {
		sendError(response, modelNotFound(id));
		return;
	}

	sendJson(response, 200, describe(id));
}

function describe(id: string): JsonObject {
	return {id, object: 'model', created: answeredAt, owned_by: 'simulator'};
}
