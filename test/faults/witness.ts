import http, {type IncomingHttpHeaders, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {buffer} from 'node:stream/consumers';
import {onTestFinished} from 'vitest';
import {type Act, answerWith, type Reply} from './witness-act.ts';

/** What a call is to the API. */
export type CallKind =
	| 'direct'
	| 'upload'
	| 'files'
	| 'download'
	| 'delete'
	| 'create'
	| 'batches'
	| 'poll'
	| 'cancel'
	| 'other';

/** One call as the witness saw it. Its last fields are filled in as it goes on. */
export type Call = {
	/** Of all calls, from 1, in the order of arrival. */
	readonly nth: number;
	readonly kind: CallKind;
	/** Of its kind, from 1. */
	readonly nthOfKind: number;
	readonly method: string;
	/** With its query, as it was sent. */
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
	readonly startedAtMs: number;
	/** What the API behind the witness answered; null while it has not, and where it was not asked. */
	readonly answered: Reply | null;
	/** What the program was sent; null where it got no head of an answer. */
	readonly sent: Reply | null;
	/** The answer reached the program's side to its last byte. */
	readonly isDelivered: boolean;
	/** When the connection was done with this call; null while it is out. */
	readonly endedAtMs: number | null;
};

/** Says what is to happen to a call; undefined: it is passed on. It may wait first. */
export type Hook = (call: Call) => Act | undefined | Promise<Act | undefined>;

/** A server in front of the API: it logs every call, and spoils those that the scenario's hook names. */
export type Witness = {
	/** For `--base-url`. */
	readonly url: string;
	readonly calls: readonly Call[];
	of(kind: CallKind): readonly Call[];
	/** Takes the line away, and gives it back: every connection is cut, and every new one at once. */
	partition(isOn: boolean): void;
};

/**
 * `target` is the address of the API behind it, a simulator's or a ledger server's `url`. Without a hook it only
 * listens. A real server on loopback; it ends with the test.
 *
 *     const simulator = await simulated('latency=50ms');
 *     const witness = await witnessOf(simulator.url, call =>
 *         call.kind === 'create' && call.nthOfKind === 1 ? {act: 'instead', status: 502, body: 'Bad gateway'} : undefined);
 *     await runCli(['spec.yaml', '--base-url', witness.url, '--display', 'json'], {cwd: folder, env});
 */
export async function witnessOf(target: string, hook: Hook = () => undefined): Promise<Witness> {
	const calls: Call[] = [];
	const sockets = new Set<Socket>();
	let isApart = false;

	async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await buffer(request);
		const {method = '', url: path = '', headers} = request;
		const kind = kindOf(method, path);
		const nthOfKind = calls.filter(call => call.kind === kind).length + 1;
		const seen = {
			nth: calls.length + 1,
			kind,
			nthOfKind,
			method,
			path,
			headers,
			body,
			startedAtMs: Date.now(),
		};
		const call: Call = {...seen, answered: null, sent: null, isDelivered: false, endedAtMs: null};
		const note = (more: Partial<Call>) => void Object.assign(call, more);
		calls.push(call);
		response.once('close', () => note({endedAtMs: Date.now(), isDelivered: response.writableFinished}));
		await answerWith(await hook(call), {call, target, response, note});
	}

	const server = http.createServer((request, response) => {
		// A client that is killed in the middle of its request, or an API that has ended: the test's own checks tell.
		serve(request, response).catch(() => response.destroy());
	});
	server.on('connection', socket => {
		if (isApart) {
			socket.destroy();
			return;
		}

		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});

	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		calls,
		of: kind => calls.filter(call => call.kind === kind),
		partition(isOn) {
			isApart = isOn;
			for (const socket of isOn ? sockets : []) {
				socket.destroy();
			}
		},
	};
}

function kindOf(method: string, path: string): CallKind {
	const [kind, id, part] = path
		.replace(/^\/v1\//, '')
		.split('?')[0]!
		.split('/');
	switch (kind) {
		case 'files':
			if (id === undefined) {
				return method === 'POST' ? 'upload' : 'files';
			}

			return method === 'DELETE' ? 'delete' : part === 'content' ? 'download' : 'other';
		case 'batches':
			if (id === undefined) {
				return method === 'POST' ? 'create' : 'batches';
			}

			return part === 'cancel' ? 'cancel' : 'poll';
		default:
			return method === 'POST' ? 'direct' : 'other';
	}
}
