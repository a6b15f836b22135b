import {createReadStream} from 'node:fs';
import type {JsonObject} from '../domain/request.ts';
import type {ApiError} from './api-error.ts';
import {invalidRequest, missingParameter, notFound} from './api-error.ts';
import type {Exchange} from './exchange.ts';
import type {FileDraft, StoredFile} from './file-store.ts';
import {readForm} from './multipart.ts';
import {isApiError, pageOf} from './page.ts';
import {sendError, sendJson} from './reply.ts';

const maxFileBytes = 512 * 1024 * 1024;
/** Files for batches go by themselves after 30 days. */
const batchFileLifeMs = 30 * 24 * 3_600_000;

export async function uploadFile({simulator, request, response}: Exchange): Promise<void> {
	const boundary = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(request.headers['content-type'] ?? '');
	if (!boundary) {
		request.resume();
		sendError(response, invalidRequest('The request is not multipart/form-data.', 'file'));
		return;
	}

	const draft = await simulator.files.draft();
	const upload = await receive(draft, request, (boundary[1] ?? boundary[2])!).catch(() => null);
	if (upload === null) {
		await draft.discard();
		return;
	}

	const error = checkUpload(upload, draft.bytes);
	if (error) {
		await draft.discard();
		sendError(response, error);
		return;
	}

	const {purpose, seconds} = upload;
	const file = await draft.keep({
		filename: upload.filename!,
		purpose: purpose!,
		expiresAfterMs: seconds ? Number(seconds) * 1000 : purpose === 'batch' ? batchFileLifeMs : null,
	});
	sendJson(response, 200, describe(file));
}

type Upload = {
	readonly filename: string | null;
	readonly purpose: string | undefined;
	/** `expires_after[seconds]` */
	readonly seconds: string | undefined;
	/** False: the form was cut. */
	readonly whole: boolean;
};

/** Rejects when the client goes away. */
async function receive(draft: FileDraft, pieces: AsyncIterable<Buffer>, boundary: string): Promise<Upload> {
	const fields = new Map<string, string>();
	let name = '';
	let filename: string | null = null;
	let whole = false;
	for await (const event of readForm(pieces, boundary)) {
		switch (event.kind) {
			case 'part':
				name = event.name;
				filename = name === 'file' ? (event.filename ?? 'upload') : filename;
				break;
			case 'data':
				if (name !== 'file') {
					fields.set(name, `${fields.get(name) ?? ''}${event.bytes.toString('utf8')}`.slice(0, 1000));
				} else if (draft.bytes <= maxFileBytes) {
					await draft.write(event.bytes);
				}

				break;
			case 'end':
				whole = true;
		}
	}

	return {filename, purpose: fields.get('purpose'), seconds: fields.get('expires_after[seconds]'), whole};
}

function checkUpload({whole, filename, purpose}: Upload, bytes: number): ApiError | null {
	if (!whole) {
		return invalidRequest('The multipart form ends too early.', 'file');
	}

	if (filename === null) {
		return missingParameter('file');
	}

	if (!purpose) {
		return missingParameter('purpose');
	}

	return bytes > maxFileBytes
		? invalidRequest(`The file is larger than ${maxFileBytes} bytes.`, 'file', 'file_too_large', 413)
		: null;
}

export function listFiles({simulator, response, query}: Exchange): void {
	const purpose = query.get('purpose');
	const files = simulator.files.list().filter(file => purpose === null || file.purpose === purpose);
	const ordered = query.get('order') === 'asc' ? files : files.reverse();
	const page = pageOf(ordered, describe, {
		query,
		what: 'File object',
		mostItems: 10_000,
		defaultItems: 10_000,
	});
	if (isApiError(page)) {
		sendError(response, page);
	} else {
		sendJson(response, 200, page);
	}
}

export function retrieveFile({simulator, response}: Exchange, id: string): void {
	const file = simulator.files.get(id);
	if (file) {
		sendJson(response, 200, describe(file));
	} else {
		sendError(response, notFound('File object', id));
	}
}

export function downloadFile({simulator, response}: Exchange, id: string): void {
	const file = simulator.files.get(id);
	if (!file) {
		sendError(response, notFound('File object', id));
		return;
	}

	const headers = {'content-type': 'application/octet-stream', 'content-length': file.bytes};
	const contents = createReadStream(simulator.files.path(id), {highWaterMark: 256 * 1024});
	contents.on('open', () => response.writeHead(200, headers));
	contents.on('error', () => response.destroy());
	response.on('close', () => contents.destroy());
	contents.pipe(response);
}

export function deleteFile({simulator, response}: Exchange, id: string): void {
	if (!simulator.files.get(id)) {
		sendError(response, notFound('File object', id));
		return;
	}

	simulator.files.remove(id);
	sendJson(response, 200, {id, object: 'file', deleted: true});
}

function describe({id, bytes, createdAtMs, expiresAtMs, filename, purpose}: StoredFile): JsonObject {
	return {
		id,
		object: 'file',
		bytes,
		created_at: Math.floor(createdAtMs / 1000),
		expires_at: expiresAtMs === null ? null : Math.floor(expiresAtMs / 1000),
		filename,
		purpose,
		status: 'processed',
		status_details: null,
	};
}
