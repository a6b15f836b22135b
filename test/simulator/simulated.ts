import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import type {SimulatorCall} from '../../source/simulator/call.ts';
import {parseScript} from '../../source/simulator/script.ts';
import {startSimulator} from '../../source/simulator/server.ts';

export type Simulated = {
	readonly url: string;
	readonly calls: readonly SimulatorCall[];
	readonly close: () => Promise<void>;
	readonly get: (path: string) => Promise<Reply>;
	readonly post: (path: string, body: unknown) => Promise<Reply>;
};

export type Reply = {readonly status: number; readonly headers: Headers; readonly text: string};

/** A simulator for one test. */
export async function simulated(script = '', stateDir?: string): Promise<Simulated> {
	const calls: SimulatorCall[] = [];
	const server = await startSimulator({
		script: parseScript(script),
		onCall: call => calls.push(call),
		...(stateDir !== undefined && {stateDir}),
	});
	onTestFinished(server.close);
	const read = async (response: Response) => ({
		status: response.status,
		headers: response.headers,
		text: await response.text(),
	});
	return {
		...server,
		calls,
		get: async address => read(await fetch(server.url + address)),
		post: async (address, body) =>
			read(
				await fetch(server.url + address, {
					method: 'POST',
					headers: {'content-type': 'application/json'},
					body: typeof body === 'string' ? body : JSON.stringify(body),
				}),
			),
	};
}

export function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'simulator-test-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}

export function chatBody(text: string, rest: object = {}): object {
	return {model: 'gpt-4o-mini', messages: [{role: 'user', content: text}], ...rest};
}

/** Asks again until there is an answer; fails when there is none in time. */
export async function until<T>(ask: () => Promise<T | null | false>, withinMs = 15_000): Promise<T> {
	const deadlineMs = performance.now() + withinMs;
	for (;;) {
		const answer = await ask();
		if (answer !== null && answer !== false) {
			return answer;
		}

		if (performance.now() > deadlineMs) {
			throw new Error(`nothing within ${withinMs} ms`);
		}

		await new Promise(resolve => setTimeout(resolve, 20));
	}
}
