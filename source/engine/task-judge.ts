import {sequelOf} from '../domain/backoff.ts';
import type {AttemptAnswered} from '../domain/event.ts';
import type {StagePort} from '../domain/stage.ts';
import type {TaskRequest, TaskRun, Verdict} from '../domain/task.ts';
import {askedRequest, taskAnswer} from './task-answer.ts';
import type {TaskStageOptions} from './task-options.ts';

/** Answers that the user's code judges at once, where it takes its time: a batch brings 50,000 of them. */
const mostAtOnce = 64;

export type TaskJudge = {
	/** Takes a request whose answer stands unjudged. */
	take(index: number): void;
	/** Nothing is being judged, and nothing waits for it. */
	isIdle(): boolean;
};

export type TaskJudgeOptions = TaskStageOptions & {
	readonly run: TaskRun;
	readonly port: () => StagePort;
	/** The user's code threw, or the session is over: what is not judged yet waits. */
	readonly mayGoOn: () => boolean;
	readonly addAll: (requests: Iterable<TaskRequest>, parent: string) => void;
	readonly onError: (error: unknown, index: number) => void;
};

/** Hands answers to the user's code, and puts its verdicts on record. */
export function createTaskJudge(options: TaskJudgeOptions): TaskJudge {
	const {task, state, source, readEvent, schemaCheck, run, port, mayGoOn} = options;
	const judging = new Set<number>();
	let waiting: number[] = [];
	let head = 0;

	function next(): void {
		while (judging.size < mostAtOnce && head < waiting.length && mayGoOn()) {
			const index = waiting[head++]!;
			if (state.unjudged.has(index) && !judging.has(index)) {
				judging.add(index);
				void judge(index);
			}
		}

		if (head === waiting.length && head > 0) {
			waiting = [];
			head = 0;
		}
	}

	async function judge(index: number): Promise<void> {
		try {
			// Whatever the code does to this process, the answer is not lost.
			await port().written();
			const offset = state.columns.offset[index]!;
			const event = readEvent(offset, true);
			if (!mayGoOn() || !state.unjudged.has(index) || event?.type !== 'attempt-answered') {
				return;
			}

			const request = source.expand(index);
			const asked = askedRequest(request, state);
			const verdict = await task.accept(taskAnswer(request, event, schemaCheck), asked, run);
			if (mayGoOn() && state.unjudged.has(index)) {
				settle(verdict, event, offset, asked.id);
			}
		} catch (error) {
			options.onError(error, index);
		} finally {
			judging.delete(index);
			next();
			port().askForTurn();
		}
	}

	function settle(verdict: Verdict, event: AttemptAnswered, offset: number, id: string): void {
		const {index, lane, startedAt, usage, costPico} = event;
		const queue = source.queueOf(index);
		const about = {index, queue, lane, startedAt, usage, costPico, previous: offset} as const;
		const kind = verdictKind(verdict);
		if (kind === 'accept') {
			const {value = null, followUps = []} = verdict as {value?: unknown; followUps?: Iterable<TaskRequest>};
			// As the journal will have it; throws for what JSON cannot hold.
			const kept = JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
			// Before the verdict: so the run is never over in between, and a kill in between asks for them again.
			options.addAll(followUps, id);
			port().judge({type: 'answer-accepted', ...about, value: kept});
			return;
		}

		const message = String((verdict as {[key: string]: unknown})[kind]);
		const used = {retries: state.columns.retries[index]!, waits: 0, rounds: 0, mostRounds: 0};
		const {sequel, retryAt} = sequelOf(kind, used, null, options.retry, port().now(), options.random);
		const failure = {kind: 'task', status: null, code: null, message} as const;
		const isAgain = sequel === 'retry';
		port().judge({
			type: 'answer-refused',
			...about,
			failure,
			sequel: isAgain ? 'retry' : 'fail',
			retryAt: isAgain ? retryAt : null,
		});
	}

	return {
		take(index) {
			waiting.push(index);
			next();
		},
		isIdle: () => judging.size === 0 && (head === waiting.length || !mayGoOn()),
	};
}

function verdictKind(verdict: unknown): 'accept' | 'retry' | 'fail' {
	const keys = typeof verdict === 'object' && verdict !== null ? Object.keys(verdict) : [];
	const known = ['value', 'followUps', 'retry', 'fail'].filter(key => keys.includes(key));
	const [first] = known;
	const isOne =
		first === 'value' || first === 'followUps'
			? !known.includes('retry') && !known.includes('fail')
			: known.length === 1;
	if (first === undefined || !isOne || known.length < keys.length) {
		throw new Error(
			`accept() must return {value}, {followUps}, both of them, {retry: 'why'} or {fail: 'why'}, not ${describe(verdict)}`,
		);
	}

	return first === 'retry' || first === 'fail' ? first : 'accept';
}

function describe(value: unknown): string {
	try {
		return JSON.stringify(value)?.slice(0, 100) ?? String(value);
	} catch {
		return String(value);
	}
}
