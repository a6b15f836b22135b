import {isSameServed, type Served} from '../domain/served.ts';
import type {RunState} from '../domain/state.ts';
import {count} from './format.ts';
import type {NoticeText} from './notice.ts';
import type {ServedReport} from './report.ts';

/** A queue whose answers come from something that was not seen before: its model was changed, or its server. */
export function servedNotices(now: Served, {queues}: RunState): readonly NoticeText[] {
	const queue = queues.find(({served, servedLast}) => {
		const last = served[servedLast];
		return last !== undefined && last.answers === 1 && isSameServed(last, now);
	});
	const before = queue?.served[queue.servedLast - 1];
	return before
		? [['warn', `${queue!.info.key} now answers as ${servedText(now)}, until now as ${servedText(before)}`]]
		: [];
}

/** Whether any model was answered by more than one version. */
export function isChanged(served: readonly ServedReport[]): boolean {
	const asked = served.map(({provider, model}) => `${provider}/${model}`);
	return new Set(asked).size < asked.length;
}

/** `gpt-4o-mini-2024-07-18 fp_a 300`, each with its answers. */
export function servedTexts(served: readonly ServedReport[]): readonly string[] {
	return served.map(
		({returned_model: model, system_fingerprint: fingerprint, answers}) =>
			`${servedText({model, fingerprint})}: ${count(answers)}`,
	);
}

export function servedLine(served: readonly ServedReport[]): string {
	return servedTexts(served).join(', ');
}

function servedText({model, fingerprint}: Served): string {
	return [model ?? 'no model named', ...(fingerprint === null ? [] : [fingerprint])].join(' ');
}
