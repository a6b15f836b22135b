// A chat server in its own process: answers every call after LATENCY_MS with about 490 bytes. Prints its port.
import {createServer} from 'node:http';
import process from 'node:process';

const latencyMs = Number(process.env.LATENCY_MS ?? 50);
let served = 0;

const server = createServer((request, response) => {
	if (request.url === '/served') {
		response.end(String(served));
		return;
	}

	const chunks = [];
	request.on('data', chunk => chunks.push(chunk));
	request.on('end', () => {
		const {model, messages} = JSON.parse(Buffer.concat(chunks).toString());
		const content = `An answer to ${messages.at(-1).content.slice(0, 60)}`;
		served++;
		const body = JSON.stringify({
			id: `chatcmpl-${served}`,
			object: 'chat.completion',
			created: 1_760_000_000,
			model,
			choices: [
				{
					index: 0,
					message: {role: 'assistant', content, refusal: null},
					logprobs: null,
					finish_reason: 'stop',
				},
			],
			usage: {
				prompt_tokens: 92,
				completion_tokens: 18,
				total_tokens: 110,
				prompt_tokens_details: {cached_tokens: 0},
				completion_tokens_details: {reasoning_tokens: 0},
			},
			system_fingerprint: 'fp_bench',
		});
		setTimeout(() => {
			response.writeHead(200, {
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(body),
			});
			response.end(body);
		}, latencyMs);
	});
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.resume().on('end', () => process.exit(0));
