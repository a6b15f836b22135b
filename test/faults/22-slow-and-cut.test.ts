import {createServer, type Socket} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {folderWith, journalOf, reportOf, resultsOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {times} from './strength.ts';
import {witnessOf} from './witness.ts';
import type {Act} from './witness-act.ts';

const timeoutS = times(1, 5);

/** By the number of the prompt, the first time that it comes. All others are answered. */
const faults: readonly (readonly [string, Act, 'timeout' | 'malformed' | 'network'])[] = [
	['hangs before the head', {act: 'hang'}, 'timeout'],
	['hangs after the head', {act: 'hang', afterBytes: 0}, 'timeout'],
	['hangs in the body', {act: 'hang', afterBytes: 50}, 'timeout'],
	['drips its body', {act: 'drip', bytes: 2, everyMs: 50}, 'timeout'],
	['cuts the body', {act: 'cut', afterBytes: 50}, 'malformed'],
	['cuts before the head', {act: 'cut'}, 'network'],
];

test.each([1, 3])(
	'%i at a time: each attempt has its time, and its slot is free for the next',
	async concurrency => {
		const simulator = await simulated();
		const seen = new Set<number>();
		const witness = await witnessOf(simulator.url, ({body}) => {
			const number = Number(/Say (\d+)/.exec(body.toString())![1]);
			const isFirst = !seen.has(number);
			seen.add(number);
			return isFirst ? faults[number]?.[1] : undefined;
		});
		const folder = folderWith({
			'spec.yaml': specOf(
				12,
				`rate: {concurrency: ${concurrency}, adaptive: false}\nretry: {timeout_s: ${timeoutS}, initial_s: 0.01, max_s: 0.02}`,
			),
		});
		const end = await runAgainst(witness.url, folder);
		expect(end.code, end.stderr).toBe(0);
		expect(resultsOf(folder).map(({attempts}) => attempts)).toEqual([
			...faults.map(() => 2),
			...Array(6).fill(1),
		]);
		const failed = journalOf(folder)
			.filter(event => event.type === 'attempt-failed')
			.toSorted((one, other) => one.index - other.index);
		expect(failed.map(({index, failure}) => [faults[index]![0], failure.kind])).toEqual(
			faults.map(([what, , kind]) => [what, kind]),
		);
		for (const {at, startedAt, failure, maybeBilled} of failed) {
			// The API answered each of them: it may bill them, and the answer did not come.
			expect(maybeBilled).toBe(true);
			if (failure.kind === 'timeout') {
				expect(at - startedAt).toBeGreaterThanOrEqual(timeoutS * 1000);
				expect(at - startedAt).toBeLessThan(timeoutS * 1000 + 5000);
			}
		}

		expect(reportOf(end.stdout).maybe_billed).toMatchObject({calls: 6, usd: expect.any(Number)});
		expect(witness.of('direct')).toHaveLength(18);
		await expectInvariants({folder, requests: 12, ends: [end], keys: [faultKey], witness});
	},
	120_000,
);

test('a server that drips its head, or resets after half of one: no call waits longer than it may', async () => {
	const sockets: Socket[] = [];
	let connections = 0;
	const server = createServer(socket => {
		sockets.push(socket);
		socket.on('error', () => {});
		if (++connections % 2 === 0) {
			socket.once('data', () =>
				socket.write('HTTP/1.1 200 OK\r\ncontent-type: appl', () => socket.resetAndDestroy()),
			);
			return;
		}

		socket.write('H');
		const drip = setInterval(() => void (socket.writable && socket.write('HTTP/1.1 200 OK'.charAt(1))), 100);
		socket.once('close', () => clearInterval(drip));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		sockets.forEach(socket => void socket.destroy());
		server.close();
	});
	const {port} = server.address() as {readonly port: number};
	const folder = folderWith({
		'spec.yaml': specOf(
			2,
			'rate: {concurrency: 1}\nretry: {max_retries: 1, max_waits: 1, timeout_s: 1, initial_s: 0.01, max_s: 0.02}',
		),
	});
	const before = performance.now();
	const end = await runAgainst(`http://127.0.0.1:${port}/v1`, folder);
	expect(end.code, end.stderr).toBe(1);
	expect(performance.now() - before).toBeLessThan(15_000);
	expect(reportOf(end.stdout).requests).toEqual({total: 2, done: 0, failed: 2, pending: 0});
	await expectInvariants({folder, requests: 2, ends: [end], keys: [faultKey]});
}, 60_000);
