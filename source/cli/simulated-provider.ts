import {Worker} from 'node:worker_threads';
import {type SentError, unpackError} from './run-messages.ts';

export type SimulatedProvider = {
	/** Base URL that answers for every provider. */
	readonly url: string;
	close(): Promise<void>;
};

/** Starts the simulator in a thread of this process. Its files and batches outlive it in `stateDir`. */
export async function startSimulatedProvider(script: string, stateDir: string): Promise<SimulatedProvider> {
	const worker = new Worker(new URL('./simulator-worker.js', import.meta.url), {
		workerData: {script, stateDir},
	});
	// Asked for now: a thread that has ended by then tells it no more.
	const gone = new Promise<void>(resolve => worker.once('exit', () => resolve()));
	const url = await new Promise<string>((resolve, reject) => {
		worker.once('message', (message: {readonly url: string} | {readonly error: SentError}) => {
			if ('url' in message) {
				resolve(message.url);
			} else {
				reject(unpackError(message.error));
			}
		});
		worker.once('error', reject);
	});
	return {
		url,
		async close() {
			worker.postMessage('close');
			await gone;
		},
	};
}
