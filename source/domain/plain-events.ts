import type {RunEvent} from './event.ts';
import {parseJson} from './verdict.ts';

/** The type of an event that only a newer version can know; null when the line is simply damaged. */
export function foreignEventType(line: string): string | null {
	const head = parseJson(line) as {readonly type?: unknown} | null | undefined;
	return typeof head?.type === 'string' && !isPlainType(head.type) ? head.type : null;
}

/** The events that stand as they are: the compiler asks for each. */
const plainTypes: {readonly [T in Exclude<RunEvent['type'], `attempt-${string}`>]: true} = {
	'run-created': true,
	'session-started': true,
	'session-ended': true,
	'spec-changed': true,
	'attempts-lost': true,
	'duplicate-answered': true,
	paused: true,
	resumed: true,
	'queue-held': true,
	'packing-stopped': true,
	'shard-cut': true,
	'batch-uploaded': true,
	'batch-submitting': true,
	'batch-submitted': true,
	'batch-updated': true,
	'batch-step-failed': true,
	'batch-cancel-asked': true,
	'batch-cancelling': true,
	'batch-rejected': true,
	'batch-collected': true,
	'shard-released': true,
	'batch-cleaned': true,
	'direct-forced': true,
	'pass-judged': true,
	'guard-tripped': true,
	'limit-reached': true,
	'ceiling-raised': true,
	'requests-wiped': true,
	'requests-retried': true,
	'requests-unwanted': true,
	'requests-given-up': true,
	'requests-restored': true,
	'requests-moved': true,
	'queue-added': true,
	'params-changed': true,
	'sample-begun': true,
	'sample-done': true,
	'answers-shared': true,
	'request-added': true,
	'stage-opened': true,
	'stage-closed': true,
	'stage-failed': true,
	'answer-accepted': true,
	'answer-refused': true,
	'concurrency-changed': true,
	'journal-mended': true,
	'run-finished': true,
	'results-written': true,
};

export function isPlainType(type: unknown): boolean {
	return typeof type === 'string' && Object.hasOwn(plainTypes, type);
}
