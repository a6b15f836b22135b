import type {RunStart} from '../headless/run-start.ts';
import type {SessionOptions} from './session-options.ts';

/** What the lines of a headless display begin with. `finished`: requests that had their outcome before. */
export function runStart(
	{stages = [], state, name, laneReason, directory}: SessionOptions,
	finished: number,
): RunStart {
	return {
		at: state.session.startedAt,
		name,
		runId: state.runId,
		count: state.count,
		grows: stages.length > 0,
		finished,
		// A group with a limit has queues of its own.
		models: [...new Set(state.queues.map(({info}) => info.model))],
		lane: laneReason,
		directory,
		session: state.session.number,
		simulated: state.simulated !== null,
	};
}
