import type {RunEvent} from '../../source/domain/event.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {createSnapshotBuilder, type SnapshotBuilder} from '../../source/view/build-snapshot.ts';
import {plainOrder, type RunSnapshot} from '../../source/view/snapshot.ts';
import {createFixture, type Fixture, type FixtureOptions} from '../engine/engine-fixture.ts';

export type WatchedEngine = {
	readonly fixture: Fixture;
	readonly builder: SnapshotBuilder;
	look(): RunSnapshot;
};

/** An engine over a scripted transport, with snapshots of it. `onEvent` comes after each event, once it is watched. */
export function watchEngine(
	options: FixtureOptions,
	onEvent: (event: RunEvent, watched: WatchedEngine) => void = () => {},
): WatchedEngine {
	let watched: WatchedEngine | null = null;
	const fixture = createFixture({
		...options,
		killAfter(event) {
			if (watched) {
				watched.builder.observe(event, watched.fixture.state);
				onEvent(event, watched);
			}

			return false;
		},
	});
	const {state, events, engine, clock} = fixture;
	const queues = state.queues.map(({info}) => info);
	const settings: RunSettings = {...defaultSettings, mode: 'direct', ...options.settings};
	const builder = createSnapshotBuilder({
		name: 'watched',
		settings,
		queueRules: null,
		source: {count: state.count, queues, queueOf: index => index % queues.length, id: String},
		readEvent: () => null,
	});
	for (const event of events) {
		builder.observe(event, state);
	}

	builder.look({top: 0, count: 0, cursorIndex: null, order: plainOrder, showsGroups: false});
	watched = {fixture, builder, look: () => builder.build(state, engine.status(), clock.now())};
	return watched;
}
