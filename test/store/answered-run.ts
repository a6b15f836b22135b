import type {AttemptFailed} from '../../source/domain/event.ts';
import type {Request, RequestSource} from '../../source/domain/request.ts';
import {createRowReader, type RowReader} from '../../source/store/row-reader.ts';
import {
	answered,
	created,
	failed,
	failure,
	queueInfo,
	sessionStarted,
	started,
} from '../domain/run-fixture.ts';
import {type StoredRun, storedRun} from './stored-run.ts';

/** A run of `count` requests on a real disk whose requests can be answered one by one. */
export type AnsweredRun = StoredRun & {
	readonly rows: RowReader;
	answer(index: number, texts?: readonly string[]): void;
	fail(index: number, fields?: Partial<AttemptFailed>): void;
};

export function answeredRun(folder: string, count: number): AnsweredRun {
	const run = storedRun(folder);
	const source = foodSource(count);
	run.take(created(count));
	run.take(sessionStarted());
	return {
		...run,
		rows: createRowReader({
			state: run.state,
			readLine: offset => run.journal.read(offset),
			specAt: () => ({source, check: null, asking: null}),
		}),
		answer(index, texts = [`answer ${index}`]) {
			run.take(started([index]));
			run.take(answered(index, {raw: chatBody(texts), previous: run.state.columns.offset[index]!}));
		},
		fail(index, fields = {}) {
			run.take(started([index]));
			const previous = run.state.columns.offset[index]!;
			run.take(
				failed(index, {sequel: 'fail', failure: failure('server', 503, 'overloaded'), previous, ...fields}),
			);
		},
	};
}

export function chatBody(texts: readonly string[]): string {
	const choices = texts.map((content, index) => ({
		index,
		message: {role: 'assistant', content},
		finish_reason: 'stop',
	}));
	return JSON.stringify({
		id: 'chatcmpl-1',
		choices,
		usage: {prompt_tokens: 1, completion_tokens: 2, total_tokens: 3},
	});
}

/** Requests that are told by their prompt: `prompt <index> of <name>`. */
export function foodSource(count: number, name = 'food', ids: readonly string[] = []): RequestSource {
	const id = (index: number) => ids[index] ?? String(index);
	return {
		count,
		queues: [queueInfo('gpt-4o-mini')],
		queueOf: () => 0,
		id,
		expand: (index): Request => ({
			id: id(index),
			index,
			queue: 0,
			endpoint: 'chat',
			provider: 'openai',
			model: 'gpt-4o-mini',
			modelArgs: {},
			body: {},
			asked: {prompt: `prompt ${index} of ${name}`, prompt_raw: 'prompt', prompt_args: {}},
			input: {},
		}),
		close() {},
	};
}
