import {createServer, type IncomingHttpHeaders, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {onTestFinished} from 'vitest';

export type Received = {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
};

export type Script = (request: Received, response: ServerResponse) => void;

export type ScriptedServer = {
	readonly origin: string;
	/** Every request that arrived whole. */
	readonly received: readonly Received[];
	/** Connections opened so far. */
	connections(): number;
};

/** A real server on loopback that answers as its script says. It ends with the test. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
	const received: Received[] = [];
	let connections = 0;
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const {method = '', url = '', headers} = request;
			const whole = {method, url, headers, body: Buffer.concat(chunks)};
			received.push(whole);
			script(whole, response);
		});
	});
	server.on('connection', () => {
		connections++;
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	const {port} = server.address() as AddressInfo;
	return {origin: `http://127.0.0.1:${port}`, received, connections: () => connections};
}

/** Answers everything with one status, body and set of headers. */
export function always(status: number, body: unknown, headers: Record<string, string> = {}): Script {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	return (_, response) => {
		response.writeHead(status, {'content-type': 'application/json', ...headers}).end(text);
	};
}

/** A port on which nothing listens. */
export async function refusingOrigin(): Promise<string> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	await new Promise(resolve => server.close(resolve));
	return `http://127.0.0.1:${port}`;
}
