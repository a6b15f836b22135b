import {onTestFinished} from 'vitest';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {createFakeRun} from './fake-run.ts';
import {openScreen} from './open-screen.tsx';
import {rowWindow, snapshotFixture} from './snapshot-fixture.ts';
import {groupsFixture} from './triage-fixture.ts';

/** The app at 120x40 over a run that answers to windows of rows when it is told to. */
export function openTriage(snapshot: RunSnapshot = snapshotFixture()) {
	const run = createFakeRun(snapshot);
	const screen = openScreen(run, {columns: 120, rows: 40});
	onTestFinished(() => screen.close());
	return {
		run,
		...screen,
		order: () => run.windows.at(-1)!.order,
		/** The run answers with rows of the order that was asked for last. */
		answer(rest: Parameters<typeof rowWindow>[0] = {}) {
			const {order, showsGroups} = run.windows.at(-1)!;
			const groups = showsGroups ? groupsFixture : null;
			run.publish({...snapshot, rows: rowWindow({order, groups, ...rest})});
			screen.tick();
		},
	};
}
