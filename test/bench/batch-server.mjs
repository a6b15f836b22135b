// Files over loopback in a process of its own: swallows an upload, and sends MB megabytes of result lines. Prints its port.
import {once} from 'node:events';
import {createServer} from 'node:http';
import process from 'node:process';

const bytes = Number(process.env.MB ?? 190) * 1e6;
const content = 'An answer of some length, as a summary of a page or two would have it. '.repeat(12);

function resultLine(position) {
	const body = {
		id: `chatcmpl-${position}`,
		object: 'chat.completion',
		created: 1_760_000_000,
		model: 'gpt-4o-mini',
		choices: [
			{index: 0, message: {role: 'assistant', content, refusal: null}, logprobs: null, finish_reason: 'stop'},
		],
		usage: {prompt_tokens: 920, completion_tokens: 180, total_tokens: 1100},
	};
	const response = {status_code: 200, request_id: `req_${position}`, body};
	return `${JSON.stringify({id: `batch_req_${position}`, custom_id: `1-${position}`, response, error: null})}\n`;
}

/** The file is what stands between the head and the end of the form. */
function receive(request, response) {
	const boundary = /boundary=(\S+)/.exec(request.headers['content-type'])[1];
	let head = '';
	let received = 0;
	request.on('data', chunk => {
		received += chunk.length;
		if (head.length < 1000) {
			head += chunk.toString('latin1', 0, 1000);
		}
	});
	request.on('end', () => {
		const start = head.indexOf('\r\n\r\n', head.indexOf('name="file"')) + 4;
		const size = received - start - `\r\n--${boundary}--\r\n`.length;
		response.end(JSON.stringify({id: 'file-1', object: 'file', bytes: size, filename: 'b.jsonl'}));
	});
}

async function send(response) {
	response.writeHead(200, {'content-type': 'application/octet-stream'});
	let gathered = '';
	for (let sent = 0, position = 0; sent < bytes; position++) {
		const line = resultLine(position);
		gathered += line;
		sent += line.length;
		if (gathered.length > 65_536) {
			if (!response.write(gathered)) {
				await once(response, 'drain');
			}

			gathered = '';
		}
	}

	response.end(gathered);
}

const server = createServer((request, response) => {
	if (request.method === 'POST') {
		receive(request, response);
	} else {
		void send(response);
	}
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
