import {stageNameOf} from '../domain/added-source.ts';
import {readAnswer} from '../domain/answer.ts';
import {type Demand, limitInTheWay, type Room} from '../domain/ceiling.ts';
import {demandOf} from '../domain/demand.ts';
import {estimateCall} from '../domain/estimate.ts';
import type {RunEvent} from '../domain/event.ts';
import {unfinished} from '../domain/is-over.ts';
import {type JudgedText, type Judging, judgeRequests, judgeStageName} from '../domain/judge.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import {rephraseStageName} from '../domain/rephrase.ts';
import type {Endpoint, JsonObject, RequestSource} from '../domain/request.ts';
import type {NewRequest, Stage, StagePort} from '../domain/stage.ts';
import {type RunState, type StageState, statusCode} from '../domain/state.ts';
import {parseJson} from '../domain/verdict.ts';
import {createKnownRequests} from './known-requests.ts';

/** Answers that are turned into requests between two plans. */
const answersPerTurn = 200;

export type JudgeStageOptions = {
	readonly judging: Judging;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
	/** By queue. */
	readonly queueRules: readonly QueueRules[];
};

/**
 * Asks the judges about every answer as it comes, of the spec and of other stages, within ceilings of its own. What is
 * asked already stands on record with the id of what it is about, so a later session goes on where this one was.
 */
export function createJudgeStage(options: JudgeStageOptions): Stage {
	const {judging, state, source, readEvent, endpoint, queueRules} = options;
	/** Requests whose answers wait to be judged. */
	let waiting: number[] = [];
	/** Before it they are through. */
	let next = 0;
	const known = createKnownRequests(state, source);
	/** Worst case of each of its own requests that has no outcome. */
	const held = new Map<number, Demand>();
	let port: StagePort | null = null;
	let hasFailed = false;

	const isOwn = (index: number) => stageNameOf(state, index) === judgeStageName;
	const own = (): StageState | null => state.stages.find(({name}) => name === judgeStageName) ?? null;
	const isDone = (index: number) => state.columns.status[index] === statusCode.done;
	const isOver = (index: number) => isDone(index) || state.columns.status[index] === statusCode.failed;

	function worstOf({queue, body}: Pick<NewRequest, 'queue' | 'body'>): Demand {
		const {maxOutput} = queueRules[queue]!;
		return demandOf(
			body,
			endpoint,
			maxOutput,
			estimateCall(body).input,
			state.queues[queue]!.price,
			'direct',
		);
	}

	function begin(to: StagePort): void {
		port = to;
		for (let index = state.added.from; index < state.count; index++) {
			if (isOwn(index)) {
				known.learn(index);
				if (!isOver(index)) {
					held.set(index, worstOf(source.expand(index)));
				}
			}
		}

		for (let index = 0; index < state.count; index++) {
			if (isDone(index) && !isOwn(index)) {
				waiting.push(index);
			}
		}
	}

	function roomLeft(): Room {
		const {limits} = judging;
		const used = own()?.used ?? {requests: 0, tokens: 0, costPico: 0n};
		let {requests, tokens, costPico} = used;
		for (const demand of held.values()) {
			requests += demand.requests;
			tokens += demand.tokens;
			costPico += demand.costPico;
		}

		const room = (what: 'requests' | 'tokens' | 'costPico', gone: number | bigint) => {
			const ceiling = limits[what];
			return ceiling === null
				? []
				: [{limit: 'task.requests' as const, what, left: BigInt(ceiling) - BigInt(gone)}];
		};
		return [...room('requests', requests), ...room('tokens', tokens), ...room('costPico', costPico)];
	}

	function ask(index: number): boolean {
		const request = source.expand(index);
		// Other words for a prompt are no answer to it.
		if (request.stage === rephraseStageName) {
			return true;
		}

		const wanted = judgeRequests(judging, request, answersOf(index), endpoint);
		for (const one of wanted.filter(one => known.find(one) === null)) {
			const worst = worstOf(one);
			if (limitInTheWay(roomLeft(), worst) !== null) {
				return false;
			}

			held.set(known.add(one, port!), worst);
		}

		return true;
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

	/** A part of what waits; what is out gives room back when it has ended. */
	function work(): void {
		for (let left = answersPerTurn; left > 0 && next < waiting.length && port !== null; left--) {
			if (!ask(waiting[next]!)) {
				if (held.size === 0 && !hasFailed) {
					hasFailed = true;
					port.fail('the ceiling in judge.limits is reached; raise it to go on with the judges');
				}

				return;
			}

			next++;
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
			if (isOver(index)) {
				held.delete(index);
			}
		} else if (isDone(index)) {
			waiting.push(index);
		}
	}

	/** Its own that failed may be sent again, or not after all. */
	function holdAgain(): void {
		for (let index = state.added.from; index < state.count; index++) {
			if (!isOwn(index)) {
				continue;
			}

			if (isOver(index)) {
				held.delete(index);
			} else if (!held.has(index)) {
				held.set(index, worstOf(source.expand(index)));
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
					holdAgain();
					return;
				case 'resumed':
					hasFailed = false;
					return;
				default:
			}
		},
		isOpen() {
			work();
			const others = state.stages.some(({name, isOpen}) => isOpen && name !== judgeStageName);
			return next < waiting.length || others || unfinished(state) > held.size;
		},
		stop() {
			port = null;
			waiting = [];
		},
	};
}
