import {admitRequest} from './admission.ts';
import {serverError, unknownRoute} from './api-error.ts';
import {cancelBatch, createBatch, listBatches, retrieveBatch} from './batches.ts';
import type {Exchange} from './exchange.ts';
import {deleteFile, downloadFile, listFiles, retrieveFile, uploadFile} from './files.ts';
import {serveModelCall} from './model-call.ts';
import {modelRoutes} from './model-routes.ts';
import {listModels, retrieveModel} from './models.ts';
import {sendError} from './reply.ts';

type Handler = (exchange: Exchange, id: string) => void | Promise<void>;

type Route = {readonly method: string; readonly pattern: RegExp; readonly handle: Handler};

const routes: readonly Route[] = [
	{method: 'GET', pattern: /^\/models$/, handle: listModels},
	// A model's name may have slashes in it.
	{method: 'GET', pattern: /^\/models\/(.+)$/, handle: retrieveModel},
	{method: 'POST', pattern: /^\/files$/, handle: uploadFile},
	{method: 'GET', pattern: /^\/files$/, handle: listFiles},
	{method: 'GET', pattern: /^\/files\/([^/]+)$/, handle: retrieveFile},
	{method: 'GET', pattern: /^\/files\/([^/]+)\/content$/, handle: downloadFile},
	{method: 'DELETE', pattern: /^\/files\/([^/]+)$/, handle: deleteFile},
	{method: 'POST', pattern: /^\/batches$/, handle: createBatch},
	{method: 'GET', pattern: /^\/batches$/, handle: listBatches},
	{method: 'GET', pattern: /^\/batches\/([^/]+)$/, handle: retrieveBatch},
	{method: 'POST', pattern: /^\/batches\/([^/]+)\/cancel$/, handle: cancelBatch},
];

/** Answers a request; whatever goes wrong on the way is an answer too. */
export async function answerRequest(exchange: Exchange): Promise<void> {
	const {simulator, request, response, path} = exchange;
	const method = request.method ?? '';
	const handle = findHandler(method, path);
	const refused = admitRequest(simulator) ?? (handle ? null : unknownRoute(method, path));
	if (refused || !handle) {
		request.resume();
		sendError(response, refused!);
		return;
	}

	try {
		await handle(exchange);
	} catch (error) {
		if (response.headersSent) {
			response.destroy();
		} else {
			const message = `The simulator failed: ${String(error)}`;
			sendError(response, {status: 500, error: {...serverError.error, message}});
		}
	}
}

function findHandler(method: string, path: string): ((exchange: Exchange) => void | Promise<void>) | null {
	const model = method === 'POST' ? modelRoutes.get(path) : undefined;
	if (model) {
		return exchange => serveModelCall(model, exchange);
	}

	for (const route of routes) {
		const match = route.method === method ? route.pattern.exec(path) : null;
		if (match) {
			return exchange => route.handle(exchange, decode(match[1] ?? ''));
		}
	}

	return null;
}

function decode(id: string): string {
	try {
		return decodeURIComponent(id);
	} catch {
		return id;
	}
}
