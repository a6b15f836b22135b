import {stageNameOf} from '../domain/added-source.ts';
import type {RunEvent} from '../domain/event.ts';
import {unfinished} from '../domain/is-over.ts';
import {failureIn} from '../domain/request-line.ts';
import type {Stage, StagePort} from '../domain/stage.ts';
import {statusCode} from '../domain/state.ts';
import type {TaskRequest, TaskRun} from '../domain/task.ts';
import {askedRequest} from './task-answer.ts';
import {createTaskJudge} from './task-judge.ts';
import type {TaskStageOptions} from './task-options.ts';
import {createOutcomes} from './task-outcomes.ts';
import {createTaskPull} from './task-pull.ts';

export const taskStageName = 'task';

/** Somebody who waits for a request that nobody asks for waits for ever: after this long it is said. */
const deadlockMs = 10_000;

/**
 * A task at work: pulls requests out of the user's code, and hands it their answers. Whatever the code throws stops the
 * run until a person, or the next session, goes on; then requests are pulled from the beginning (those on record are
 * passed over), and every answer that stands unjudged is judged again.
 */
export function createTaskStage(options: TaskStageOptions): Stage {
	const {task, state, source, readEvent, clock} = options;
	const ids = new Map<string, number>();
	const outcomes = createOutcomes(options, ids);
	const heard = new Set<number>();
	let hearing = 0;
	let port: StagePort | null = null;
	let hasFailed = false;
	let isStopped = false;
	/** It had nothing more to give when the last session ended. */
	const wasThrough = state.stages.some(({name, isOpen}) => name === taskStageName && !isOpen);
	let cancelWatch: (() => void) | null = null;

	const run: TaskRun = {
		outcome: async id => {
			watch();
			return outcomes.of(String(id));
		},
		log: text => options.log(String(text)),
	};
	const pull = createTaskPull({
		task,
		run,
		state,
		clock,
		take: request => add(request, null, 'requests()'),
		onEnd: () => port?.askForTurn(),
		onError: error => fail(error, 'requests()'),
	});
	const judge = createTaskJudge({
		...options,
		run,
		mayGoOn: () => !hasFailed && !isStopped,
		port: () => port!,
		addAll: (requests, parent) => {
			for (const request of requests) {
				add(request, parent, 'accept()');
			}
		},
		onError: (error, index) => fail(error, `accept() for request ${source.id(index)}`),
	});

	/** Throws for a request that is none. */
	function add(request: TaskRequest, parent: string | null, from: string): void {
		const built = options.build(request);
		if ('problem' in built) {
			throw new Error(`${from} gave a request that cannot be sent: ${built.problem}`);
		}

		if (!ids.has(built.request.id)) {
			ids.set(built.request.id, port!.add({...built.request, parent}));
		}
	}

	function fail(error: unknown, where: string): void {
		if (hasFailed || isStopped) {
			return;
		}

		hasFailed = true;
		pull.stop();
		const message = error instanceof Error ? error.message : String(error);
		const place = options.placeOf(error);
		port!.fail(`${place === null ? '' : `${place}: `}${message}, in ${where}`);
	}

	function goOn(): void {
		hasFailed = false;
		if (options.pulls) {
			pull.start();
		}

		for (const index of state.unjudged) {
			judge.take(index);
		}

		for (let index = state.added.from; task.failed && index < state.count; index++) {
			if (state.columns.status[index] === statusCode.failed) {
				void hear(index);
			}
		}
	}

	/** Tells the task of a request that failed for good. What it asks for instead is on record the second time. */
	async function hear(index: number): Promise<void> {
		if (!task.failed || heard.has(index) || stageNameOf(state, index) !== taskStageName) {
			return;
		}

		heard.add(index);
		hearing++;
		try {
			const failure = failureIn(readEvent(state.columns.offset[index]!, false));
			const {kind, message} = failure ?? {kind: 'missing', message: 'its journal line is damaged'};
			const asked = askedRequest(source.expand(index), state);
			const reply = await task.failed({kind, message}, asked, run);
			for (const request of (!isStopped && !hasFailed && reply?.followUps) || []) {
				add(request, asked.id, 'failed()');
			}
		} catch (error) {
			heard.delete(index);
			fail(error, `failed() for request ${source.id(index)}`);
		} finally {
			hearing--;
			port?.askForTurn();
		}
	}

	function watch(): void {
		cancelWatch ??= clock.after(deadlockMs, () => {
			cancelWatch = null;
			reportDeadlock();
			if (outcomes.unknown() !== null && !isStopped) {
				watch();
			}
		});
	}

	function reportDeadlock(): void {
		const unknown = outcomes.unknown();
		if (unknown !== null && unfinished(state) === 0 && judge.isIdle() && hearing === 0 && pull.isWaiting()) {
			fail(new Error(`it waits for the outcome of “${unknown}”, and there is no such request`), 'requests()');
		}
	}

	return {
		name: taskStageName,
		begin(given) {
			port = given;
			for (let index = state.added.from; index < state.count; index++) {
				ids.set(source.id(index), index);
			}

			goOn();
		},
		observe(event: RunEvent) {
			outcomes.observe(event);
			pull.observe();
			switch (event.type) {
				case 'attempt-answered':
					if (event.unjudged) {
						judge.take(event.index);
					}

					return;
				case 'attempt-failed':
				case 'answer-refused':
					if (event.sequel === 'fail') {
						void hear(event.index);
					}

					return;
				case 'requests-given-up':
					for (const index of event.indexes) {
						void hear(index);
					}

					return;
				case 'resumed':
					if (hasFailed) {
						goOn();
					}

					return;
				default:
			}
		},
		isOpen: () =>
			hasFailed || !(pull.isThrough() || (wasThrough && !options.pulls)) || !judge.isIdle() || hearing > 0,
		stop() {
			cancelWatch?.();
			isStopped = true;
			pull.stop();
		},
	};
}
