import type {ServerResponse} from 'node:http';
import type {Received} from '../api/scripted-server.ts';
import type {LedgerScript} from './ledger-server.ts';

export type LedgerFile = {
	readonly id: string;
	readonly name: string;
	readonly createdAt: number;
	content: string;
};

export type LedgerBatch = {
	readonly id: string;
	readonly inputFileId: string;
	readonly metadata: {readonly [key: string]: string};
	readonly createdAt: number;
	status: string;
	outputFileId: string | null;
	errorFileId: string | null;
	counts: {total: number; completed: number; failed: number};
};

/** Files and batches of a server over loopback. A batch works when it is asked about after its time is up. */
export type LedgerBatches = {
	readonly files: Map<string, LedgerFile>;
	readonly all: readonly LedgerBatch[];
	/** The API does not know it any more. */
	forget(batchId: string): void;
	/** Create calls, refused ones included. */
	creations(): number;
	serve(request: Received, response: ServerResponse): void;
};

type LineAnswer = (body: unknown) => {readonly status: number; readonly body: object} | null;

export function createLedgerBatches(
	{
		batchMs = 300,
		create,
		keepsOutput,
		stuck = 0,
	}: Pick<LedgerScript, 'batchMs' | 'create' | 'keepsOutput' | 'stuck'>,
	answer: LineAnswer,
): LedgerBatches {
	const files = new Map<string, LedgerFile>();
	const all: LedgerBatch[] = [];
	let [creations, fileCount] = [0, 0];

	function keep(name: string, content: string): LedgerFile {
		const file = {id: `file-${++fileCount}`, name, createdAt: seconds(), content};
		files.set(file.id, file);
		return file;
	}

	function work(batch: LedgerBatch, left = 0): void {
		const output: string[] = [];
		const errors: string[] = [];
		const lines = (files.get(batch.inputFileId)?.content ?? '').trimEnd().split('\n');
		for (const [position, text] of lines.entries()) {
			const line = JSON.parse(text) as {readonly custom_id: string; readonly body: unknown};
			if (position >= lines.length - left) {
				const error = {code: 'batch_cancelled', message: 'not executed'};
				const request = {id: 'batch_req_1', custom_id: line.custom_id};
				errors.push(JSON.stringify({...request, response: null, error}));
				continue;
			}

			const reply = answer(line.body);
			const response = reply && {status_code: reply.status, request_id: 'req-1', body: reply.body};
			// What is billed and lost is a line that the API leaves out.
			if (response) {
				(reply.status === 200 ? output : errors).push(
					JSON.stringify({id: 'batch_req_1', custom_id: line.custom_id, response, error: null}),
				);
			}
		}

		batch.status = 'completed';
		batch.counts = {total: batch.counts.total, completed: output.length, failed: errors.length};
		batch.outputFileId = output.length > 0 ? keep('output.jsonl', `${output.join('\n')}\n`).id : null;
		batch.errorFileId = errors.length > 0 ? keep('errors.jsonl', `${errors.join('\n')}\n`).id : null;
	}

	function forgetOutput({outputFileId}: LedgerBatch): void {
		if (keepsOutput?.() === false) {
			files.delete(outputFileId ?? '');
		}
	}

	function look(batch: LedgerBatch): object {
		const left = batch === all[0] ? stuck : 0;
		const isDue = Date.now() >= batch.createdAt + batchMs;
		if (left > 0 && batch.status === 'cancelling' && isDue) {
			work(batch, left);
			batch.status = 'cancelled';
		} else if (left > 0 && batch.status === 'in_progress' && isDue) {
			batch.counts = {...batch.counts, completed: batch.counts.total - left};
		} else if (batch.status === 'in_progress' && isDue) {
			work(batch);
			forgetOutput(batch);
		} else if (batch.status === 'cancelling') {
			batch.status = 'cancelled';
		}

		return asObject(batch);
	}

	function createBatch(request: Received, response: ServerResponse): void {
		creations++;
		const refusal = create?.(creations) ?? null;
		if (refusal !== null) {
			send(response, refusal.status, {error: refusal.error});
			return;
		}

		const asked = JSON.parse(request.body.toString()) as {
			input_file_id: string;
			metadata: {[key: string]: string};
		};
		const lines = files.get(asked.input_file_id)?.content.trimEnd().split('\n').length ?? 0;
		const batch: LedgerBatch = {
			id: `batch_${creations}`,
			inputFileId: asked.input_file_id,
			metadata: asked.metadata,
			createdAt: Date.now(),
			status: 'in_progress',
			outputFileId: null,
			errorFileId: null,
			counts: {total: lines, completed: 0, failed: 0},
		};
		all.push(batch);
		send(response, 200, asObject(batch));
	}

	function serveFile(
		{method, body, headers}: Received,
		id: string | undefined,
		part: string | undefined,
		response: ServerResponse,
	): void {
		if (method === 'POST') {
			send(response, 200, fileObject(keep(...uploaded(body, headers['content-type'] ?? ''))));
			return;
		}

		if (id === undefined) {
			send(response, 200, {object: 'list', data: [...files.values()].map(fileObject), has_more: false});
			return;
		}

		const file = files.get(id);
		if (!file) {
			send(response, 404, {
				error: {message: `No such File object: ${id}`, type: 'invalid_request_error', code: null},
			});
		} else if (method === 'DELETE') {
			files.delete(id);
			send(response, 200, {id, object: 'file', deleted: true});
		} else {
			send(response, 200, part === 'content' ? file.content : fileObject(file));
		}
	}

	function serveBatch(
		request: Received,
		id: string | undefined,
		part: string | undefined,
		response: ServerResponse,
	): void {
		if (id === undefined && request.method === 'POST') {
			createBatch(request, response);
			return;
		}

		if (id === undefined) {
			send(response, 200, {object: 'list', data: all.map(asObject).reverse(), has_more: false});
			return;
		}

		const batch = all.find(each => each.id === id);
		if (!batch) {
			send(response, 404, {
				error: {message: `No batch found with id '${id}'.`, type: 'invalid_request_error', code: null},
			});
			return;
		}

		if (part === 'cancel' && batch.status === 'in_progress') {
			batch.status = 'cancelling';
			send(response, 200, asObject(batch));
			return;
		}

		send(response, 200, look(batch));
	}

	return {
		files,
		all,
		forget: batchId =>
			void all.splice(
				all.findIndex(({id}) => id === batchId),
				1,
			),
		creations: () => creations,
		serve(request, response) {
			const [, , kind, id, part] = request.url.split('?')[0]!.split('/');
			if (kind === 'files') {
				serveFile(request, id, part, response);
			} else {
				serveBatch(request, id, part, response);
			}
		},
	};
}

export function send(
	response: ServerResponse,
	status: number,
	body: object | string,
	headers: Record<string, string> = {},
): void {
	response
		.writeHead(status, {'content-type': 'application/json', ...headers})
		.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function uploaded(body: Buffer, contentType: string): [name: string, content: string] {
	const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1] ?? '';
	const parts = body.toString().split(`--${boundary}`);
	const file = parts.find(part => part.includes('filename=')) ?? '';
	const [head, ...rest] = file.split('\r\n\r\n');
	return [/filename="([^"]+)"/.exec(head!)?.[1] ?? '', rest.join('\r\n\r\n').replace(/\r\n$/, '')];
}

function fileObject({id, name, createdAt, content}: LedgerFile): object {
	const bytes = Buffer.byteLength(content);
	return {
		id,
		object: 'file',
		bytes,
		created_at: createdAt,
		filename: name,
		purpose: 'batch',
		status: 'processed',
	};
}

function asObject(batch: LedgerBatch): object {
	const createdAt = Math.floor(batch.createdAt / 1000);
	return {
		id: batch.id,
		object: 'batch',
		endpoint: '/v1/chat/completions',
		completion_window: '24h',
		errors: null,
		input_file_id: batch.inputFileId,
		output_file_id: batch.outputFileId,
		error_file_id: batch.errorFileId,
		status: batch.status,
		created_at: createdAt,
		in_progress_at: createdAt,
		expires_at: createdAt + 86_400,
		request_counts: batch.counts,
		metadata: batch.metadata,
	};
}

function seconds(): number {
	return Math.floor(Date.now() / 1000);
}
