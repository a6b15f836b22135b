import {parentPort, workerData} from 'node:worker_threads';
import {parseScript} from '../simulator/script.ts';
import {startSimulator} from '../simulator/server.ts';
import {packError} from './run-messages.ts';

/** The simulator of `--simulate` in a thread of its own: it must not share the engine's loop. */
const port = parentPort;
if (!port) {
	throw new Error('simulator-worker runs as a worker only');
}

try {
	const {script, stateDir} = workerData as {readonly script: string; readonly stateDir: string};
	const simulator = await startSimulator({script: parseScript(script), stateDir});
	port.on('message', () => {
		void simulator.close().then(() => port.close());
	});
	port.postMessage({url: simulator.url});
} catch (error) {
	port.postMessage({error: packError(error)});
}
