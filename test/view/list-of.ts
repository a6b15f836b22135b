import type {WorkPort} from '../../source/view/background.ts';
import {createRequestList, type RequestList} from '../../source/view/request-list.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import type {TriageRun} from './triage-run.ts';

/** The list of a run, looked at in its plain order; and how often it settled. Without `work` all is done at once. */
export function listOf(
	run: TriageRun,
	work: WorkPort | null = null,
): RequestList & {readonly settled: () => number} {
	let settled = 0;
	const list = createRequestList({
		state: run.state,
		source: run.source,
		readEvent: run.readEvent,
		endpoint: 'chat',
		work,
		onProgress: () => {},
		onSettled: () => {
			settled++;
		},
	});
	list.look(plainOrder);
	return {...list, settled: () => settled};
}
