import {stageNameOf} from '../domain/added-source.ts';
import {readAnswer} from '../domain/answer.ts';
import type {RunEvent} from '../domain/event.ts';
import {
	type Rephrasing,
	rephrasedRequests,
	rephrasedStageName,
	rephraseRequests,
	rephraseStageName,
} from '../domain/rephrase.ts';
import type {Endpoint, JsonObject, Request, RequestSource} from '../domain/request.ts';
import type {NewRequest, Stage, StagePort} from '../domain/stage.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {parseJson} from '../domain/verdict.ts';

/** Prompts, or answers, that are turned into requests between two plans. */
const perTurn = 200;

export type RephraseOptions = {
	readonly rephrasing: Rephrasing;
	readonly state: RunState;
	/** All requests of the run. */
	readonly source: RequestSource;
	/** The prompts as the spec has them, whether they are asked themselves or not. */
	readonly originals: RequestSource;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
};

/**
 * The first stage asks for other words, the second asks in them. Both know from the record what earlier sessions added.
 */
export function createRephraseStages(options: RephraseOptions): readonly Stage[] {
	const {rephrasing, state, source, originals, readEvent, endpoint} = options;
	const status = (index: number) => state.columns.status[index];
	const isOver = (index: number) => status(index) === statusCode.done || status(index) === statusCode.failed;
	const isAsk = (index: number) => stageNameOf(state, index) === rephraseStageName;
	const known = new Map<string, number>();
	/** Which prompt each of those is about that ask for other words: its place may be another since the spec changed. */
	const originalOf = new Map<number, number>();
	/** Asked for other words, and without an outcome. */
	const out = new Set<number>();
	const answered: number[] = [];
	let cursor = 0;
	let asking: StagePort | null = null;
	let adding: StagePort | null = null;

	function learn(): void {
		for (let index = state.added.from; index < state.count; index++) {
			const stage = stageNameOf(state, index);
			if (stage === rephraseStageName || stage === rephrasedStageName) {
				known.set(source.id(index), index);
			}

			if (isAsk(index)) {
				settle(index);
			}
		}
	}

	function settle(index: number): void {
		if (!isOver(index)) {
			out.add(index);
			return;
		}

		out.delete(index);
		if (status(index) === statusCode.done) {
			answered.push(index);
		}
	}

	function ask(): void {
		for (let left = perTurn; left > 0 && cursor < originals.count && asking !== null; left--) {
			const original = cursor++;
			for (const request of rephraseRequests(rephrasing, originals.expand(original), endpoint)) {
				const index = known.get(request.id) ?? addAsk(request, asking);
				originalOf.set(index, original);
			}
		}

		if (cursor < originals.count) {
			asking?.askForTurn();
		}
	}

	function addAsk(request: NewRequest, port: StagePort): number {
		const index = port.add(request);
		known.set(request.id, index);
		out.add(index);
		return index;
	}

	/** Those of earlier sessions once it is known which prompt they are about. */
	function add(): void {
		for (let left = perTurn; left > 0 && answered.length > 0 && adding !== null; left--) {
			const index = answered.at(-1)!;
			const original = originalOf.get(index);
			if (original === undefined && cursor < originals.count) {
				break;
			}

			answered.pop();
			for (const one of original === undefined ? [] : inOtherWords(index, originals.expand(original))) {
				if (!known.has(one.id)) {
					known.set(one.id, adding.add(one));
				}
			}
		}

		if (answered.length > 0) {
			adding?.askForTurn();
		}
	}

	function inOtherWords(index: number, original: Request): readonly NewRequest[] {
		return rephrasedRequests(rephrasing, original, source.expand(index), answerOf(index), endpoint);
	}

	function answerOf(index: number): string {
		const event = readEvent(state.columns.offset[index]!, true);
		const body = event?.type === 'attempt-answered' ? parseJson(event.raw) : null;
		const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
		return isObject ? (readAnswer(endpoint, body as JsonObject).choices[0]?.text ?? '') : '';
	}

	return [
		{
			name: rephraseStageName,
			begin(port) {
				asking = port;
				learn();
			},
			observe() {},
			isOpen() {
				ask();
				return cursor < originals.count;
			},
			stop() {
				asking = null;
			},
		},
		{
			name: rephrasedStageName,
			begin(port) {
				adding = port;
			},
			observe(event) {
				switch (event.type) {
					case 'attempt-answered':
					case 'attempt-failed':
						if (isAsk(event.index)) {
							settle(event.index);
						}

						return;
					case 'requests-given-up':
						event.indexes.filter(isAsk).forEach(settle);
						return;
					case 'requests-wiped':
					case 'requests-retried':
					case 'requests-restored':
						for (let index = state.added.from; index < state.count; index++) {
							if (isAsk(index)) {
								out[isOver(index) ? 'delete' : 'add'](index);
							}
						}

						return;
					default:
				}
			},
			isOpen() {
				add();
				return cursor < originals.count || out.size > 0 || answered.length > 0;
			},
			stop() {
				adding = null;
			},
		},
	];
}
