import {readChoices} from '../domain/answer.ts';
import type {AttemptEvent, RunEvent} from '../domain/event.ts';
import type {Endpoint, JsonObject, RequestSource} from '../domain/request.ts';
import {failureIn} from '../domain/request-line.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {parseJson} from '../domain/verdict.ts';
import type {FailureGroups} from './failure-groups.ts';
import type {IdIndex} from './id-index.ts';
import {fitsGlob, type Query, type Term} from './query.ts';
import {promptText} from './readable-text.ts';
import {failureText} from './words.ts';

/** What a filter says of a request: `unknown` until something is read from the disk. */
export const verdict = {no: 0, yes: 1, unknown: 2} as const;
export type Verdict = (typeof verdict)[keyof typeof verdict];

export type Matcher = {
	/** From memory alone. */
	judge(index: number): Verdict;
	/** With what the disk says. */
	read(index: number): boolean;
};

export type MatcherSources = {
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'queueOf' | 'queues' | 'expand'>;
	readonly ids: IdIndex;
	readonly groups: FailureGroups;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	readonly endpoint: Endpoint;
};

/** One term. `read` is asked only where `judge` does not know. */
type Test = Matcher;

/** Null: everything matches. `group`: only its members. */
export function createMatcher(sources: MatcherSources, query: Query, group: string | null): Matcher | null {
	const tests = query.terms.map(term =>
		term.isNegated ? negated(testOf(sources, term)) : testOf(sources, term),
	);
	if (group !== null) {
		tests.unshift(groupTest(sources, group));
	}

	return tests.length === 0
		? null
		: {
				judge(index) {
					let result: Verdict = verdict.yes;
					for (const test of tests) {
						const one = test.judge(index);
						if (one === verdict.no) {
							return verdict.no;
						}

						result = one === verdict.unknown ? verdict.unknown : result;
					}

					return result;
				},
				read: index =>
					tests.every(test => test.judge(index) !== verdict.no) &&
					tests.every(test => test.judge(index) === verdict.yes || test.read(index)),
			};
}

function negated({judge, read}: Test): Test {
	return {
		judge(index) {
			const one = judge(index);
			return one === verdict.unknown ? one : one === verdict.yes ? verdict.no : verdict.yes;
		},
		read: index => !read(index),
	};
}

/** One that is known from memory. */
function known(fits: (index: number) => boolean): Test {
	return {judge: index => (fits(index) ? verdict.yes : verdict.no), read: fits};
}

function testOf(sources: MatcherSources, term: Term): Test {
	switch (term.field) {
		case 'status': {
			const codes = new Set(term.values.map(status => statusCode[status]));
			return known(index => codes.has(sources.state.columns.status[index]!));
		}

		case 'kind': {
			const kinds = new Set<string>(term.values);
			return errorTest(sources, number => kinds.has(sources.groups.cause(number).failure.kind));
		}

		case 'code':
			return errorTest(sources, number => {
				const {status, code} = sources.groups.cause(number).failure;
				const codes = [String(status ?? ''), code?.toLowerCase() ?? ''];
				return term.values.some(value =>
					codes.some(one => fitsGlob(one, value.endsWith('*') ? value : `${value}*`)),
				);
			});
		case 'model':
			return modelTest(sources, (model, models) =>
				term.values.some(value => (isName(value, models) ? fitsGlob(model, value) : model.includes(value))),
			);
		case 'id':
			return idTest(sources, term.values);
		case 'text':
			return textTest(sources, term.values[0] ?? '');
		case 'prompt': {
			const [wanted = ''] = term.values;
			return {
				judge: () => verdict.unknown,
				read: index => promptText(sources.source.expand(index).asked).toLowerCase().includes(wanted),
			};
		}

		case 'answer':
			return answerTest(sources, term.values[0] ?? '');
	}
}

/** Without a `*` a model is meant by its whole name if there is one of it, else by a part. */
function isName(value: string, models: readonly string[]): boolean {
	return value.includes('*') || models.includes(value);
}

/** The group may come into being while it is looked for. */
function groupTest({groups}: MatcherSources, key: string): Test {
	return known(index => {
		const member = groups.memberOf(index);
		return member > 0 && member === groups.numberOf(key);
	});
}

/** By the failure that the row shows. Causes are few and do not change: each is asked once. */
function errorTest({groups}: MatcherSources, fits: (cause: number) => boolean): Test {
	const fitting: boolean[] = [];
	return known(index => {
		const number = groups.shownCause(index);
		if (number === 0) {
			return false;
		}

		fitting[number] ??= fits(number);
		return fitting[number];
	});
}

/** Models are few: each queue is asked once. */
function modelTest(
	{source}: MatcherSources,
	fits: (model: string, models: readonly string[]) => boolean,
): Test {
	const byQueue: boolean[] = [];
	return known(index => {
		const queue = source.queueOf(index);
		byQueue[queue] ??= fits(
			source.queues[queue]!.model.toLowerCase(),
			source.queues.map(({model}) => model.toLowerCase()),
		);
		return byQueue[queue];
	});
}

function idTest({ids}: MatcherSources, values: readonly string[]): Test {
	const tests = values.map(value =>
		value.includes('*') ? (index: number) => fitsGlob(ids.at(index), value) : ids.containing(value),
	);
	return {
		judge(index) {
			return ids.has(index) ? (tests.some(test => test(index)) ? verdict.yes : verdict.no) : verdict.unknown;
		},
		read(index) {
			ids.load(index);
			return tests.some(test => test(index));
		},
	};
}

/** In the id, the model and the error. What a cause leaves out of a message has to be read. */
function textTest(sources: MatcherSources, wanted: string): Test {
	const {ids, groups, state, readEvent} = sources;
	const inModel = modelTest(sources, model => model.includes(wanted));
	const inId = ids.containing(wanted);
	const inCause: Verdict[] = [];
	const judgeError = (index: number): Verdict => {
		const number = groups.shownCause(index);
		if (number === 0) {
			return verdict.no;
		}

		inCause[number] ??= judgeCause(groups.cause(number), wanted);
		return inCause[number];
	};

	return {
		judge(index) {
			if (inModel.judge(index) === verdict.yes) {
				return verdict.yes;
			}

			const isIndexed = ids.has(index);
			if (isIndexed && inId(index)) {
				return verdict.yes;
			}

			const error = judgeError(index);
			return error === verdict.no && !isIndexed ? verdict.unknown : error;
		},
		read(index) {
			ids.load(index);
			if (inId(index)) {
				return true;
			}

			const error = judgeError(index);
			const failure =
				error === verdict.unknown ? failureIn(readEvent(state.columns.offset[index]!, false)) : null;
			return (
				error === verdict.yes || (failure !== null && failureText(failure).toLowerCase().includes(wanted))
			);
		},
	};
}

function judgeCause(
	{text, isWhole}: {readonly text: string; readonly isWhole: boolean},
	wanted: string,
): Verdict {
	// What stands for something else is no match.
	if (!wanted.includes('#') && text.includes(wanted)) {
		return verdict.yes;
	}

	return isWhole ? verdict.no : verdict.unknown;
}

function answerTest({state, readEvent, endpoint}: MatcherSources, wanted: string): Test {
	return {
		judge: index => (state.columns.offset[index]! < 0 ? verdict.no : verdict.unknown),
		read(index) {
			const event = answerAt(state.columns.offset[index]!, readEvent);
			return (
				(event?.type === 'attempt-answered' || event?.type === 'attempt-failed') &&
				answerText(event, endpoint).toLowerCase().includes(wanted)
			);
		},
	};
}

/** The last attempt: a verdict on an answer stands behind it. */
function answerAt(offset: number, readEvent: MatcherSources['readEvent']): RunEvent | null {
	const event = offset < 0 ? null : readEvent(offset, true);
	return event?.type === 'answer-accepted' || event?.type === 'answer-refused'
		? readEvent(event.previous, true)
		: event;
}

/** Also of an answer that could not be used: it is what one looks for. */
function answerText({raw}: AttemptEvent, endpoint: Endpoint): string {
	const body = raw === null ? null : parseJson(raw);
	if (typeof body !== 'object' || body === null || Array.isArray(body)) {
		return raw ?? '';
	}

	return readChoices(endpoint, body as JsonObject)
		.map(({text, refusal}) => text ?? refusal ?? '')
		.join('\n');
}
