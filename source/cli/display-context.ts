import type {RequestSource} from '../domain/request.ts';
import type {Rounds} from '../domain/rounds.ts';
import type {RunState} from '../domain/state.ts';
import type {DisplayContext} from '../headless/display-event.ts';
import {spentOn} from '../view/round-detail.ts';

/** What the JSON display asks beside the events. */
export function displayContext({
	state,
	source,
	rounds,
	forecastUsd,
}: {
	readonly state: RunState;
	readonly source: RequestSource;
	readonly rounds: Rounds | null;
	readonly forecastUsd: () => number | null;
}): DisplayContext {
	return {
		get queues() {
			return source.queues;
		},
		id: index => source.id(index),
		attempts: index => state.columns.attempts[index]!,
		costUsd: event => (rounds ? spentOn([...rounds.linesBefore(event), event]) : null)?.costUsd ?? null,
		forecastUsd,
		batch: shard => state.batches.get(shard) ?? null,
	};
}
