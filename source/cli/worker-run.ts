import {Worker} from 'node:worker_threads';
import {UserError} from '../domain/user-error.ts';
import type {Run, RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {stopCodes} from './exit-code.ts';
import {type FromWorker, type Question, type ToWorker, unpackError} from './run-messages.ts';
import type {RunOptions} from './run-options.ts';

/** `settled`: the hooks of a run that has ended have ended too, or were given up; sentences about those that failed. */
export type WorkerRun = Run & {readonly settled: Promise<readonly string[]>};

/**
 * A run whose engine works in a thread of its own: writing to a terminal blocks on Linux, and a terminal that
 * reads nothing for 4 s must not hold the run up.
 */
export function startWorkerRun(options: RunOptions): WorkerRun {
	const worker = new Worker(new URL('./run-worker.js', import.meta.url), {workerData: options});
	const listeners = new Set<() => void>();
	const asked = new Map<number, {resolve: (answer: never) => void; reject: (error: Error) => void}>();
	let snapshot: RunSnapshot | null = null;
	let asks = 0;

	let leave: (error: UserError) => void = () => {};
	let settle: (problems: readonly string[]) => void = () => {};
	const settled = new Promise<readonly string[]>(resolve => {
		settle = resolve;
	});
	const finished = new Promise<RunEnd>((resolve, reject) => {
		leave = reject;
		worker.on('message', (message: FromWorker) => {
			switch (message.type) {
				case 'snapshot':
					snapshot = message.snapshot;
					for (const listener of listeners) {
						listener();
					}

					return;
				case 'answer':
					asked.get(message.ask)?.resolve(message.answer as never);
					asked.delete(message.ask);
					return;
				case 'refusal':
					asked.get(message.ask)?.reject(unpackError(message.error));
					asked.delete(message.ask);
					return;
				case 'finished':
					resolve(message.end);
					return;
				case 'settled':
					// It stays for whoever still looks, but from here on only the screen keeps the process.
					worker.unref();
					settle(message.problems);
					return;
				case 'failed':
					worker.unref();
					reject(unpackError(message.error));
			}
		});
		worker.on('error', reject);
		worker.on('exit', code => {
			settle([]);
			reject(new Error(`the engine's thread ended by itself with code ${code}`));
		});
	});
	// Whoever awaits it handles it; until then it must not count as unhandled.
	finished.catch(() => settle([]));

	const post = (message: ToWorker) => worker.postMessage(message);
	const ask = async <Answer>(question: Question): Promise<Answer> =>
		new Promise((resolve, reject) => {
			asks++;
			asked.set(asks, {resolve, reject});
			post({type: 'ask', ask: asks, question});
		});

	return {
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getSnapshot: () => snapshot,
		send(command) {
			if (snapshot === null && (command.type === 'drain' || command.type === 'abort')) {
				// It may wait for another instance's lock for hours. There is nothing to drain yet.
				leave(
					new UserError(
						'Left before the run was open.',
						'The same command opens it.',
						stopCodes[command.cause],
					),
				);
				void worker.terminate();
				return;
			}

			post({type: 'command', command});
		},
		look: window => post({type: 'look', window}),
		mark: change => post({type: 'mark', change}),
		choose: async request => ask({type: 'choose', request}),
		readDetail: async index => ask({type: 'detail', index}),
		readRecord: async (index, form) => ask({type: 'record', index, form}),
		exportSet: async set => ask({type: 'export', set}),
		finished,
		settled,
	};
}
