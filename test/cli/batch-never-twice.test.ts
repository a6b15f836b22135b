import {createServer, type IncomingMessage, request, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {batchSpec, expectNothingOrphaned, expectRightResults} from './batch-run.ts';
import {runCli} from './cli-process.ts';
import {folderWith} from './run-folder.ts';

const env = {OPENAI_API_KEY: 'sk-test-twice'};
const spec = batchSpec(150, 'mode: batch\nbatch: {poll_s: 0.1}\nretry: {timeout_s: 2}');

test('fault 3: a create call that answers 502 although the batch was made: one batch in the end', async () => {
	const simulator = await simulated('batch=300ms,create_502=1');
	await expectOneBatch(simulator.url, simulator);
}, 60_000);

test('fault 3: a create call that is cut after the batch was made: one batch in the end', async () => {
	const simulator = await simulated('batch=300ms');
	const url = await between(simulator.url, (_, response) => response.socket?.destroy());
	await expectOneBatch(url, simulator);
}, 60_000);

test('fault 3: a create call whose answer never comes: one batch in the end', async () => {
	const simulator = await simulated('batch=300ms');
	const url = await between(simulator.url, () => {});
	await expectOneBatch(url, simulator);
}, 60_000);

async function expectOneBatch(url: string, simulator: Awaited<ReturnType<typeof simulated>>): Promise<void> {
	const folder = folderWith({'spec.yaml': spec});
	const args = ['spec.yaml', '--base-url', url, '--display', 'json'];
	const {code, stderr} = await runCli(args, {cwd: folder, env});
	expect(code, stderr).toBe(0);
	expectRightResults(folder, 150);
	expect(await expectNothingOrphaned(folder, simulator)).toBe(1);
}

/** A line to the simulator that does something else with the first answer to a create call. */
async function between(
	simulatorUrl: string,
	spoil: (answer: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
	const target = new URL(simulatorUrl);
	let spoiled = false;
	const server = createServer((incoming, response) => {
		const isCreate = incoming.method === 'POST' && incoming.url?.split('?')[0] === '/v1/batches';
		const outgoing = request(
			{
				host: target.hostname,
				port: target.port,
				method: incoming.method,
				path: incoming.url,
				headers: incoming.headers,
			},
			answer => {
				if (isCreate && !spoiled) {
					spoiled = true;
					answer.resume();
					spoil(answer, response);
					return;
				}

				response.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(response);
			},
		);
		outgoing.on('error', () => response.destroy());
		incoming.pipe(outgoing);
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
