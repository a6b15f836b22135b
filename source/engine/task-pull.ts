import type {Clock} from '../domain/ports.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {Task, TaskRequest, TaskRun} from '../domain/task.ts';

/** With so many requests open no more are pulled, until half of them are gone: a task may have millions. */
const mostOpen = 20_000;
const pulledAtOnce = 256;

/** Pulls requests out of the user's code, as there is room for them. */
export type TaskPull = {
	/** From the beginning. */
	start(): void;
	/** Something happened: there may be room again. */
	observe(): void;
	/** The code has no more to give. */
	isThrough(): boolean;
	/** The code was asked for its next, and takes its time. */
	isWaiting(): boolean;
	stop(): void;
};

export type TaskPullOptions = {
	readonly task: Task;
	readonly run: TaskRun;
	readonly state: RunState;
	readonly clock: Clock;
	/** Throws for what is no request. */
	readonly take: (request: TaskRequest) => void;
	readonly onEnd: () => void;
	readonly onError: (error: unknown) => void;
};

type Source = {
	next(): IteratorResult<TaskRequest> | Promise<IteratorResult<TaskRequest>>;
	return?(): unknown;
};

export function createTaskPull(options: TaskPullOptions): TaskPull {
	const {task, run, state, clock, take} = options;
	/** Counts the starts: what an earlier one still has to say is not heard. */
	let number = 0;
	let source: Source | null = null;
	let isThrough = false;
	let isWaiting = false;
	let onRoom = () => {};

	function open(): number {
		const {status} = state.totals;
		return status[statusCode.queued]! + status[statusCode.waiting]!;
	}

	async function pull(own: number): Promise<void> {
		const seen = new Set<string>();
		source = sourceOf(await task.requests(run));
		for (let pulled = 1; own === number; pulled++) {
			isWaiting = true;
			const next = source.next();
			const result = next instanceof Promise ? await next : next;
			isWaiting = false;
			if (own !== number) {
				return;
			}

			if (result.done) {
				isThrough = true;
				options.onEnd();
				return;
			}

			take(result.value);
			refuseRepeated(result.value, seen);
			if (open() >= mostOpen) {
				await new Promise<void>(resolve => {
					onRoom = resolve;
				});
			} else if (pulled % pulledAtOnce === 0) {
				await new Promise<void>(resolve => {
					clock.soon(resolve);
				});
			}
		}
	}

	function stop(): void {
		number++;
		isWaiting = false;
		onRoom();
		// What it cleans up, and how that fails, is its own affair.
		void Promise.resolve()
			.then(() => source?.return?.())
			.catch(() => {});
		source = null;
	}

	return {
		start() {
			stop();
			isThrough = false;
			const own = number;
			pull(own).catch((error: unknown) => {
				if (own === number) {
					options.onError(error);
				}
			});
		},
		observe() {
			if (open() <= mostOpen / 2) {
				onRoom();
				onRoom = () => {};
			}
		},
		isThrough: () => isThrough,
		isWaiting: () => isWaiting,
		stop,
	};
}

/** In one session the same id twice is a mistake; in the next it is the same request. */
function refuseRepeated({id}: TaskRequest, seen: Set<string>): void {
	if (seen.has(String(id))) {
		throw new Error(`requests() gave the id “${id}” twice`);
	}

	seen.add(String(id));
}

function sourceOf(made: unknown): Source {
	const iterable = made as Partial<Iterable<TaskRequest> & AsyncIterable<TaskRequest>> | null | undefined;
	const source =
		typeof made === 'object' && made !== null
			? (iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.())
			: undefined;
	if (!source) {
		throw new Error('requests() must return a list or a generator of requests');
	}

	return source as Source;
}
