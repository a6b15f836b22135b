import {parentPort, workerData} from 'node:worker_threads';
import type {LocalRun} from '../view/run.ts';
import {type FromWorker, packError, type ToWorker} from './run-messages.ts';
import type {RunOptions} from './run-options.ts';
import {startRun} from './start-run.ts';

/** The thread of the engine under the full screen. */
const port = parentPort;
if (!port) {
	throw new Error('run-worker runs as a worker only');
}

const post = (message: FromWorker) => port.postMessage(message);
/** What came in while the run was still opening. */
const early: ToWorker[] = [];
let run: LocalRun | null = null;

port.on('message', (message: ToWorker) => {
	if (run) {
		handle(run, message);
	} else {
		early.push(message);
	}
});

try {
	const opened = await startRun(workerData as RunOptions);
	run = opened;
	opened.subscribe(() => {
		const snapshot = opened.getSnapshot();
		if (snapshot) {
			post({type: 'snapshot', snapshot});
		}
	});
	for (const message of early) {
		handle(opened, message);
	}

	post({type: 'finished', end: await opened.finished});
} catch (error) {
	post({type: 'failed', error: packError(error)});
}

// The thread stays for the eyes: a finished screen still opens requests. It does not keep the process, see worker-run.ts.

function handle(target: LocalRun, message: ToWorker): void {
	switch (message.type) {
		case 'command':
			target.send(message.command);
			return;
		case 'look':
			target.look(message.window);
			return;
		case 'read-detail': {
			const {ask} = message;
			target.readDetail(message.index).then(
				detail => post({type: 'detail', ask, detail}),
				(error: Error) => post({type: 'detail-failed', ask, message: error.message}),
			);
		}
	}
}
