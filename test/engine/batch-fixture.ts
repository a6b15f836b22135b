import type {RunEvent} from '../../source/domain/event.ts';
import {type BatchSettings, defaultSettings, type RemoteSettings} from '../../source/domain/settings.ts';
import {answered, createFixture, type Fixture, type FixtureOptions} from './engine-fixture.ts';
import {createFakeBatchApi, type FakeBatchApi, type FakeBatchOptions} from './fake-batch-transport.ts';
import {createFakeClock} from './fake-clock.ts';
import {createMemoryShardFiles, type MemoryShardFiles} from './memory-shard-files.ts';

export type BatchFixture = Fixture & {
	readonly api: FakeBatchApi;
	readonly files: MemoryShardFiles;
	/** Steps of batches as they happened. */
	readonly steps: string[];
	isKilled(): boolean;
	/** All that is on record, earlier sessions included: what a kill here would leave. */
	record(): readonly RunEvent[];
};

export type BatchFixtureOptions = Partial<FixtureOptions> & {
	readonly count: number;
	readonly api?: FakeBatchOptions;
	readonly batch?: Partial<BatchSettings>;
	readonly remote?: Partial<RemoteSettings>;
	/** Goes on where that session was, with its API, files and clock. */
	readonly after?: BatchFixture;
	/** Kills the session at the nth of these steps, counted from 1. */
	readonly killAt?: (step: string, nth: number) => boolean;
};

/** An engine in mode batch over a Batch API and shard files in memory. Direct calls are answered within 10 ms. */
export function createBatchFixture(options: BatchFixtureOptions): BatchFixture {
	const {after} = options;
	const clock = after?.clock ?? createFakeClock();
	const api = after?.api ?? createFakeBatchApi(clock, options.api);
	const files = after?.files ?? createMemoryShardFiles();
	const steps: string[] = [];
	const earlier = options.earlier ?? after?.record() ?? [];
	let lastWords: readonly RunEvent[] | null = null;
	const kill = () => {
		lastWords ??= [...fixture.events];
		fixture.engine.forsake();
	};

	const fixture = createFixture({
		script: () => ({afterMs: 10, outcome: answered()}),
		body: {model: 'm', max_tokens: 10},
		...options,
		clock,
		earlier,
		killAfter(event, nth) {
			if (lastWords === null && options.killAfter?.(event, nth)) {
				kill();
			}

			return false;
		},
		batches: {
			transport: api,
			files,
		},
		onStep(step) {
			steps.push(step);
			if (options.killAt?.(step, steps.filter(other => other === step).length)) {
				kill();
			}
		},
		settings: {
			mode: 'batch',
			...options.settings,
			batch: {...defaultSettings.batch, ...options.batch},
			remote: {...defaultSettings.remote, ...options.remote},
		},
	});
	return {
		...fixture,
		api,
		files,
		steps,
		isKilled: () => lastWords !== null,
		record: () => [...earlier, ...(lastWords ?? fixture.events)],
	};
}
