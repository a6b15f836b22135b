import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {createSnapshotBuilder} from '../../source/view/build-snapshot.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {created, queueInfo, runFixture, sessionStarted, start, testPrice} from '../domain/run-fixture.ts';

const calm = {draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null};

export const indexes = (from: number, count: number) => Array.from({length: count}, (_, step) => from + step);

export type Watched = {
	take(...events: readonly RunEvent[]): void;
	look(at?: number): RunSnapshot;
};

/** A run of 400 requests of one queue that has a Batch API. */
export function watch(settings: Partial<RunSettings> = {}, hasBatch = true): Watched {
	const queues = [queueInfo('gpt-4o-mini')];
	const run = runFixture(created(400, queues));
	const builder = createSnapshotBuilder({
		name: 'test',
		settings: {...defaultSettings, ...settings},
		queueRules: [{hasBatch, maxOutput: null}],
		source: {count: 400, queues, queueOf: () => 0, id: String},
		readEvent: run.readEvent,
	});
	const take = (...events: readonly RunEvent[]) => {
		for (const event of events) {
			run.take(event);
			builder.observe(event, run.state);
		}
	};
	take(sessionStarted([testPrice]));
	return {take, look: (at = start + 1000) => builder.build(run.state, calm, at)};
}
