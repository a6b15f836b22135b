import type {AttemptEvent} from '../../source/domain/event.ts';
import type {SortKey} from '../../source/view/snapshot.ts';
import {failureText} from '../../source/view/words.ts';
import type {TriageRun} from './triage-run.ts';

/** What a row shows, looked up one by one. */
export type Facts = {
	id: string;
	model: string;
	error: string;
	text: string;
	status: string;
	at: number | null;
	tokens: number | null;
	cost: number | null;
};

/** What a row shows, looked up one by one. */
export function factsOf(run: TriageRun, index: number): Facts {
	const {state, source} = run;
	const offset = state.columns.offset[index]!;
	const last = offset < 0 ? null : run.readEvent(offset);
	const attempt =
		last?.type === 'attempt-answered' || last?.type === 'attempt-failed' ? (last as AttemptEvent) : null;
	const status = run.statusOf(index);
	const failure = run.lastFailure(index);
	const error = failure !== null && status !== 'in-flight' ? failureText(failure) : '';
	const [id, {model}] = [source.id(index), source.queues[source.queueOf(index)]!];
	return {
		id,
		model,
		error,
		text: [id, model, error].join('\n').toLowerCase(),
		status,
		at: state.inFlight.get(index)?.startedAt ?? last?.at ?? null,
		tokens: attempt?.usage ? attempt.usage.input + attempt.usage.output : null,
		cost: attempt?.usage && attempt.costPico !== null ? attempt.costPico : null,
	};
}

const statusOrder = ['failed', 'waiting', 'in-flight', 'batched', 'queued', 'done'];

/** The order of a list as a comparison of two. Without a value comes last. */
export function compare(run: TriageRun, sort: SortKey, isReversed: boolean) {
	const rank = (index: number): readonly number[] => {
		const moved = run.state.moved.get(index) ?? 0;
		const isQueued = run.statusOf(index) === 'queued';
		return [statusOrder.indexOf(run.statusOf(index)), isQueued ? Math.sign(moved) : 0, isQueued ? moved : 0];
	};
	const byStatus = (a: number, b: number) => {
		const [left, right] = [rank(a), rank(b)];
		const differing = left.findIndex((one, place) => one !== right[place]);
		return differing < 0 ? a - b : left[differing]! - right[differing]!;
	};
	const value = (index: number): number | string | null => {
		const facts = factsOf(run, index);
		const since = (at: number) => Math.floor((at - run.state.createdAt) / 100);
		const values = {
			status: null,
			error: facts.status === 'done' ? null : groupText(facts.error),
			age: facts.at === null ? null : since(facts.at),
			try: -run.state.columns.attempts[index]!,
			model: facts.model,
			id: run.source.hasIds ? facts.id.toLowerCase() : index,
			tokens: facts.tokens === null ? null : -facts.tokens,
			cost: facts.cost === null ? null : -Math.fround(facts.cost / 1e12),
		};
		return values[sort] === '' ? null : values[sort];
	};
	return (a: number, b: number): number => {
		if (sort === 'status') {
			return isReversed ? byStatus(b, a) : byStatus(a, b);
		}

		const [left, right] = [value(a), value(b)];
		if (left === right) {
			return byStatus(a, b);
		}

		return left === null ? 1 : right === null ? -1 : (left < right ? -1 : 1) * (isReversed ? -1 : 1);
	};
}

/** As the messages of the runs here are made alike. */
function groupText(error: string): string {
	return error
		.toLowerCase()
		.replace(/"[^"]*"|(?<=: .*)[\w.:]*\d[\w.:]*/g, '#')
		.trim();
}
