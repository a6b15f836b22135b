import {appendFileSync} from 'node:fs';
import http from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import process from 'node:process';
import {buffer} from 'node:stream/consumers';
import {hashText} from '../../source/simulator/random.ts';
import {parseScript} from '../../source/simulator/script.ts';
import {startSimulator} from '../../source/simulator/server.ts';
import {seededRandom} from '../seeded-random.ts';
import {tokensOf, type WitnessRecord} from './witness-log.ts';

/**
 * A process of its own: the simulator, and before it a door that puts down what came in and what went out, and where
 * answers get lost that were paid for. Killing the program leaves it alone; it ends with the torture that started it.
 *
 * Arguments: script of the simulator, seed, log file, percent of calls whose answer is lost on the way.
 */
const [scriptText = '', seedText = '1', logFile = '', lossText = '0'] = process.argv.slice(2);
const seed = Number(seedText);
const lossShare = Number(lossText) / 100;
const simulator = await startSimulator({script: parseScript(scriptText)});
const connections = new WeakMap<Socket, number>();
const seen = new Map<string, number>();
const agent = new http.Agent({keepAlive: true});
let [connectionCount, callCount, open] = [0, 0, 0];
let onCalm: (() => void)[] = [];

const door = http.createServer((request, response) => {
	open++;
	serve(request, response)
		.catch(() => response.destroy())
		.finally(() => {
			open--;
			tellCalm();
		});
});

/** Answers once nothing is under way any more: what the program asked for before its death was then put down. */
process.on('message', () => {
	onCalm.push(() => process.send?.('calm'));
	tellCalm();
});
process.on('disconnect', async () => {
	await simulator.close();
	process.exit();
});

function tellCalm(): void {
	if (open === 0) {
		const tell = onCalm;
		onCalm = [];
		for (const each of tell) {
			each();
		}
	}
}

function put(record: WitnessRecord): void {
	appendFileSync(logFile, `${JSON.stringify(record)}\n`);
}

type Reply = {readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: Buffer};

async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
	const body = await buffer(request);
	const path = (request.url ?? '').replace(/^.*?\/v1(?=\/)/, '').split('?')[0]!;
	if (/^\/(files|batches)/.test(path)) {
		await serveBatches(request, response, body, path);
	} else {
		await serveCall(request, response, body);
	}
}

async function serveCall(
	request: http.IncomingMessage,
	response: http.ServerResponse,
	body: Buffer,
): Promise<void> {
	const id = `w${++callCount}`;
	const connection = connectionOf(request.socket);
	put({what: 'call', id, connection, atMs: Date.now(), body: parsed(body)});
	const reply = await forward(request, body);
	const answer = parsed(reply.body);
	const loss = lossOf(body);
	const sentAtMs = await send(response, {...reply, headers: {...reply.headers, 'x-request-id': id}}, loss);
	const billed = reply.status === 200 ? tokensOf(answer) : null;
	const isLost = loss === 'gone' || loss === 'cut';
	put({what: 'answer', id, status: reply.status, billed, isLost, sentAtMs, body: answer});
}

async function serveBatches(
	request: http.IncomingMessage,
	response: http.ServerResponse,
	body: Buffer,
	path: string,
): Promise<void> {
	const {method} = request;
	const isContent = path.endsWith('/content');
	const loss = isContent ? 'none' : lossOf(body, `${method} ${path}`);
	const reply = await forward(request, body);
	if (method === 'POST' && path.endsWith('/cancel')) {
		put({what: 'cancel', id: path.split('/')[2]!});
	} else if (isContent && reply.status === 200) {
		put({what: 'download', lines: resultLines(reply.body.toString())});
	}

	await send(response, reply, loss);
}

function resultLines(text: string) {
	return text
		.split('\n')
		.filter(line => line !== '')
		.flatMap(line => {
			const {response} = JSON.parse(line) as {
				readonly response: {readonly request_id: string; readonly status_code: number; body: unknown} | null;
			};
			return response === null
				? []
				: [{id: response.request_id, billed: tokensOf(response.body), body: response.body}];
		});
}

/** What goes wrong on the way back. `gone`: no byte arrives. `cut`: half of it does. `slow`: in two pieces. */
type Loss = 'none' | 'gone' | 'cut' | 'slow';

/** Hangs on the seed, the body and how often it came, never on the order of arrival. */
function lossOf(body: Buffer, about = ''): Loss {
	const key = `${about} ${body}`;
	const count = (seen.get(key) ?? 0) + 1;
	seen.set(key, count);
	const chance = seededRandom(hashText(`${count} ${key}`, seed))();
	return chance < lossShare / 3
		? 'gone'
		: chance < (2 * lossShare) / 3
			? 'cut'
			: chance < lossShare
				? 'slow'
				: 'none';
}

/** When the last byte had left; null where it did not. */
async function send(response: http.ServerResponse, reply: Reply, loss: Loss): Promise<number | null> {
	const {'transfer-encoding': _, connection: __, 'keep-alive': ___, ...headers} = reply.headers;
	if (response.destroyed || loss === 'gone') {
		response.destroy();
		return null;
	}

	// Before any waiting: a client that dies meanwhile is told of once.
	const sent = new Promise<number | null>(resolve => {
		response.once('finish', () => resolve(Date.now()));
		response.once('close', () => resolve(null));
	});
	const half = Math.floor(reply.body.length / 2);
	response.writeHead(reply.status, {...headers, 'content-length': reply.body.length});
	if (loss === 'cut' || loss === 'slow') {
		response.write(reply.body.subarray(0, half));
		await new Promise(resolve => setTimeout(resolve, 30));
	}

	if (loss === 'cut') {
		response.destroy();
		return null;
	}

	response.end(loss === 'slow' ? reply.body.subarray(half) : reply.body);
	return sent;
}

function forward(request: http.IncomingMessage, body: Buffer): Promise<Reply> {
	const path = (request.url ?? '').replace(/^.*?\/v1(?=\/)/, '/v1');
	return new Promise((resolve, reject) => {
		http
			.request(
				{port: simulator.port, agent, path, method: request.method, headers: request.headers},
				async answer => {
					const status = answer.statusCode ?? 502;
					resolve({status, headers: answer.headers, body: await buffer(answer)});
				},
			)
			.on('error', reject)
			.end(body);
	});
}

function connectionOf(socket: Socket): number {
	const known = connections.get(socket) ?? ++connectionCount;
	connections.set(socket, known);
	return known;
}

function parsed(bytes: Buffer): unknown {
	try {
		return JSON.parse(bytes.toString());
	} catch {
		return null;
	}
}

door.keepAliveTimeout = 600_000;
door.listen(0, '127.0.0.1', () => {
	const {port} = door.address() as AddressInfo;
	process.send?.({url: `http://127.0.0.1:${port}/v1`, simulator: simulator.url});
});
