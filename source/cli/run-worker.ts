import {parentPort, workerData} from 'node:worker_threads';
import type {LocalRun} from '../view/run.ts';
import {divertOutput} from './divert-output.ts';
import {runHooks} from './hooks.ts';
import {type FromWorker, packError, type Question, type ToWorker} from './run-messages.ts';
import type {RunOptions} from './run-options.ts';
import {startRun} from './start-run.ts';

/** The thread of the engine under the full screen. */
const port = parentPort;
if (!port) {
	throw new Error('run-worker runs as a worker only');
}

const output = divertOutput();
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
	output.to(text => opened.notice('info', text));
	const publish = () => post({type: 'snapshot', snapshot: opened.getSnapshot()});
	opened.subscribe(publish);
	// The first shows how things stood before this session did anything.
	publish();
	for (const message of early) {
		handle(opened, message);
	}

	const hooks = runHooks(opened);
	post({type: 'finished', end: await opened.finished});
	post({type: 'settled', problems: await hooks});
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
		case 'mark':
			target.mark(message.change);
			return;
		case 'ask': {
			const {ask} = message;
			answer(target, message.question).then(
				found => post({type: 'answer', ask, answer: found}),
				(error: unknown) => post({type: 'refusal', ask, error: packError(error)}),
			);
		}
	}
}

async function answer(target: LocalRun, question: Question): Promise<unknown> {
	switch (question.type) {
		case 'detail':
			return target.readDetail(question.index);
		case 'record':
			return target.readRecord(question.index, question.form);
		case 'choose':
			return target.choose(question.request);
		case 'export':
			return target.exportSet(question.set);
	}
}
