import {stageNameOf} from '../domain/added-source.ts';
import {readAnswer} from '../domain/answer.ts';
import type {RunEvent} from '../domain/event.ts';
import {unfinished} from '../domain/is-over.ts';
import {type JudgedText, type Judging, judgeRequests, judgeStageName} from '../domain/judge.ts';
import {rephraseStageName} from '../domain/rephrase.ts';
import type {Endpoint, JsonObject, RequestSource} from '../domain/request.ts';
import type {Stage, StagePort} from '../domain/stage.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {parseJson} from '../domain/verdict.ts';

/** Answers that are turned into requests between two plans. */
const answersPerTurn = 200;

export type JudgeStageOptions = {
	readonly judging: Judging;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
};

/**
 * Asks the judges about every answer as it comes, of the spec and of other stages. What is asked
 * already stands on record, so a later session goes on where this one was.
 */
export function createJudgeStage(options: JudgeStageOptions): Stage {
	const {judging, state, source, readEvent, endpoint} = options;
	/** Requests whose answers wait to be judged. */
	let waiting: number[] = [];
	/** Before it they are through. */
	let next = 0;
	let known = new Set<string>();
	/** Its own requests that have no outcome. */
	const open = new Set<number>();
	let port: StagePort | null = null;

	const isOwn = (index: number) => stageNameOf(state, index) === judgeStageName;
	const isDone = (index: number) => state.columns.status[index] === statusCode.done;

	const hasOutcome = (index: number) => isDone(index) || state.columns.status[index] === statusCode.failed;

	function begin(to: StagePort): void {
		port = to;
		for (let index = state.added.from; index < state.count; index++) {
			if (isOwn(index)) {
				known.add(source.id(index));
				if (!hasOutcome(index)) {
					open.add(index);
				}
			}
		}

		for (let index = 0; index < state.count; index++) {
			if (isDone(index) && !isOwn(index)) {
				waiting.push(index);
			}
		}
	}

	function ask(index: number, to: StagePort): void {
		const request = source.expand(index);
		// Other words for a prompt are no answer to it.
		if (request.stage === rephraseStageName) {
			return;
		}

		for (const wanted of judgeRequests(judging, request, answersOf(index), endpoint)) {
			if (!known.has(wanted.id)) {
				known.add(wanted.id);
				open.add(to.add(wanted));
			}
		}
	}

	function answersOf(index: number): readonly JudgedText[] {
		let event = readEvent(state.columns.offset[index]!, true);
		event = event?.type === 'answer-accepted' ? readEvent(event.previous, true) : event;
		const body = event?.type === 'attempt-answered' ? parseJson(event.raw) : null;
		if (typeof body !== 'object' || body === null || Array.isArray(body)) {
			return [];
		}

		return readAnswer(endpoint, body as JsonObject).choices.flatMap(({index: choice, text}) =>
			text === null ? [] : [{choice, text}],
		);
	}

	function work(): void {
		for (let left = answersPerTurn; left > 0 && next < waiting.length && port !== null; left--) {
			ask(waiting[next++]!, port);
		}

		if (next < waiting.length) {
			port?.askForTurn();
		} else {
			waiting = [];
			next = 0;
		}
	}

	function settle(index: number): void {
		if (isOwn(index)) {
			if (hasOutcome(index)) {
				open.delete(index);
			}
		} else if (isDone(index)) {
			waiting.push(index);
		}
	}

	/** Its own that failed may be sent again, or not after all. */
	function openAgain(): void {
		for (let index = state.added.from; index < state.count; index++) {
			if (isOwn(index)) {
				open[hasOutcome(index) ? 'delete' : 'add'](index);
			}
		}
	}

	return {
		name: judgeStageName,
		begin,
		observe(event) {
			switch (event.type) {
				case 'attempt-answered':
				case 'attempt-failed':
				case 'answer-accepted':
				case 'answer-refused':
					settle(event.index);
					return;
				case 'answers-shared':
				case 'requests-given-up':
					event.indexes.forEach(settle);
					return;
				case 'requests-wiped':
				case 'requests-retried':
				case 'requests-restored':
					openAgain();
					return;
				default:
			}
		},
		isOpen() {
			work();
			const others = state.stages.some(({name, isOpen}) => isOpen && name !== judgeStageName);
			return next < waiting.length || others || unfinished(state) > open.size;
		},
		stop() {
			port = null;
			waiting = [];
			known = new Set();
		},
	};
}
