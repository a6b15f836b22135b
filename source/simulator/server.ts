import {once} from 'node:events';
import type {Server} from 'node:http';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {UserError} from '../domain/user-error.ts';
import {openBatches} from './batch-registry.ts';
import {openBodyCounts} from './body-counts.ts';
import type {SimulatorCall} from './call.ts';
import {describeCall} from './call.ts';
import type {Simulator} from './exchange.ts';
import {openExchange} from './exchange.ts';
import {openFileStore} from './file-store.ts';
import {createRateWindow} from './rate-window.ts';
import {answerRequest} from './routes.ts';
import type {SimulatorScript} from './script.ts';
import {defaultScript} from './script.ts';
import {openStateFolder} from './state-folder.ts';

export type SimulatorOptions = {
	readonly script?: SimulatorScript;
	/** 0 or absent: any free one. */
	readonly port?: number;
	/** Where files, batches and the counts of bodies outlive the server; absent: nothing does. */
	readonly stateDir?: string;
	readonly onCall?: (call: SimulatorCall) => void;
};

export type RunningSimulator = {
	/** `http://127.0.0.1:PORT/v1` */
	readonly url: string;
	readonly port: number;
	/** Hangs up on everybody at once. A second time changes nothing. */
	readonly close: () => Promise<void>;
};

/** Nobody else's business. */
const host = '127.0.0.1';
/** Clients keep connections for long; a server that hangs up first makes a call fail now and then. */
const keepAliveMs = 10 * 60_000;

export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
	const {script = defaultScript, port = 0, stateDir = null, onCall} = options;
	const state = openStateFolder(stateDir);
	const counts = openBodyCounts(state);
	const files = openFileStore(state);
	const batches = openBatches({script, counts, files, state});
	const simulator: Simulator = {
		script,
		counts,
		files,
		batches,
		window: createRateWindow({requests: script.requestsPerMinute, tokens: script.tokensPerMinute}),
		seen: {requests: 0, paidCalls: 0},
	};

	let underWay = 0;
	const server = createServer((request, response) => {
		const startedAtMs = Date.now();
		const exchange = openExchange(simulator, request, response);
		const concurrency = ++underWay;
		response.on('close', () => {
			underWay--;
			onCall?.(describeCall(exchange, startedAtMs, concurrency));
		});
		void answerRequest(exchange);
	});
	server.keepAliveTimeout = keepAliveMs;
	// An upload may take as long as it takes.
	server.requestTimeout = 0;

	const shutDown = async () => {
		const closed = new Promise(resolve => server.close(resolve));
		server.closeAllConnections();
		await closed;
		await batches.close();
		counts.close();
		state.close();
	};
	let closing: Promise<void> | null = null;
	const close = () => {
		closing ??= shutDown();
		return closing;
	};

	try {
		await listen(server, port);
	} catch (error) {
		await close();
		throw error;
	}

	const bound = (server.address() as AddressInfo).port;
	return {url: `http://${host}:${bound}/v1`, port: bound, close};
}

async function listen(server: Server, port: number): Promise<void> {
	try {
		// Throws for what is no port at all; what is taken or forbidden comes as an event.
		server.listen(port, host);
		await once(server, 'listening');
	} catch (error) {
		const why = refusals[(error as NodeJS.ErrnoException).code ?? ''] ?? String(error);
		throw new UserError(`The simulator cannot listen on port ${port}: ${why}.`, 'Choose another --port.');
	}
}

const refusals: {readonly [code: string]: string} = {
	EADDRINUSE: 'it is in use',
	EACCES: 'only root may',
	ERR_SOCKET_BAD_PORT: 'ports end at 65535',
};
