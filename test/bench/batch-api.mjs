// The Batch API of a provider that is done at once, in a process of its own: keeps uploads in FOLDER, prints its port.
import {once} from 'node:events';
import {createReadStream, createWriteStream, rmSync} from 'node:fs';
import {createServer} from 'node:http';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';

const folder = process.env.FOLDER;
const files = new Map();
const batches = new Map();

/** As in batch-server.mjs, the file is what stands between the head and the end of the form. */
async function receive(request) {
	const boundary = /boundary=(\S+)/.exec(request.headers['content-type'])[1];
	const id = `file-${files.size + 1}`;
	const form = path.join(folder, id);
	const output = createWriteStream(form);
	let head = '';
	let received = 0;
	let lines = 0;
	for await (const chunk of request) {
		received += chunk.length;
		head += head.length < 1000 ? chunk.toString('latin1', 0, 1000) : '';
		for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) {
			lines++;
		}

		if (!output.write(chunk)) {
			await once(output, 'drain');
		}
	}

	await new Promise(resolve => output.end(resolve));
	const start = head.indexOf('\r\n\r\n', head.indexOf('name="file"')) + 4;
	const bytes = received - start - `\r\n--${boundary}--\r\n`.length;
	const formLines = head.slice(0, start).split('\n').length - 1 + 2;
	files.set(id, {form, start, bytes, lines: lines - formLines});
	return {id, object: 'file', bytes, created_at: seconds(), filename: 'b.jsonl', purpose: 'batch'};
}

function answerTo(customId) {
	const content =
		'An answer of about a hundred characters, as a classification with a short reason would have.';
	const body = {
		id: `chatcmpl-${customId}`,
		object: 'chat.completion',
		created: 1_760_000_000,
		model: 'gpt-4o-mini',
		choices: [
			{index: 0, message: {role: 'assistant', content, refusal: null}, logprobs: null, finish_reason: 'stop'},
		],
		usage: {prompt_tokens: 92, completion_tokens: 18, total_tokens: 110},
	};
	const response = {status_code: 200, request_id: `req_${customId}`, body};
	return `${JSON.stringify({id: `batch_req_${customId}`, custom_id: customId, response, error: null})}\n`;
}

async function send(response, {form, start, bytes}) {
	response.writeHead(200, {'content-type': 'application/octet-stream'});
	let gathered = '';
	const input = createReadStream(form, {start, end: start + bytes - 1});
	for await (const line of createInterface({input})) {
		gathered += answerTo(/"custom_id":"([^"]+)"/.exec(line)[1]);
		if (gathered.length > 65_536) {
			if (!response.write(gathered)) {
				await once(response, 'drain');
			}

			gathered = '';
		}
	}

	response.end(gathered);
}

function create({input_file_id: input, endpoint, metadata}) {
	const id = `batch_${batches.size + 1}`;
	const {lines} = files.get(input);
	const batch = {
		id,
		object: 'batch',
		endpoint,
		input_file_id: input,
		completion_window: '24h',
		status: 'completed',
		created_at: seconds(),
		completed_at: seconds(),
		output_file_id: `out-${input}`,
		error_file_id: null,
		request_counts: {total: lines, completed: lines, failed: 0},
		metadata,
	};
	batches.set(id, batch);
	return batch;
}

const seconds = () => Math.floor(Date.now() / 1000);

async function jsonOf(request) {
	let text = '';
	for await (const chunk of request) {
		text += chunk;
	}

	return JSON.parse(text);
}

async function reply(request, response) {
	const [kind, id] = request.url.replace('/v1/', '').split(/[/?]/);
	const file = files.get(id?.replace('out-', ''));
	if (request.method === 'GET' && kind === 'files' && file) {
		return send(response, file);
	}

	response.setHeader('content-type', 'application/json');
	if (request.method === 'DELETE') {
		if (file && files.has(id)) {
			rmSync(file.form, {force: true});
		}

		return response.end(JSON.stringify({id, object: 'file', deleted: true}));
	}

	if (request.method === 'POST') {
		return response.end(
			JSON.stringify(kind === 'files' ? await receive(request) : create(await jsonOf(request))),
		);
	}

	const list = {object: 'list', data: [...batches.values()], has_more: false};
	return response.end(JSON.stringify(batches.get(id) ?? list));
}

const server = createServer((request, response) => {
	reply(request, response).catch(error => {
		console.error(error);
		response.destroy();
	});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
