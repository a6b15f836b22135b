import {expect, test} from 'vitest';
import {indexesOf} from '../../source/domain/batch.ts';
import type {RunCommand} from '../../source/domain/command.ts';
import {factsOf} from '../../source/engine/steer.ts';
import {created, failed, failure, runFixture, sessionStarted, started} from '../domain/run-fixture.ts';

/** Six requests that failed one after the other: each line lies at its offset from 3 on. */
function failedRun() {
	const run = runFixture(created(8), sessionStarted(), started([0, 1, 2, 3, 4, 5]));
	for (const index of [0, 1, 2, 3, 4, 5]) {
		run.take(
			failed(index, {sequel: 'fail', failure: failure(index % 2 === 0 ? 'server' : 'timeout'), startedAt: 0}),
		);
	}

	return run;
}

function wiped(command: Extract<RunCommand, {type: 'wipe-failed'}>) {
	const {state, readEvent, take} = failedRun();
	const facts = factsOf(
		command,
		{
			state,
			queueOf: () => 0,
			failedKind(index) {
				const event = readEvent(state.columns.offset[index]!);
				return event.type === 'attempt-failed' ? event.failure.kind : null;
			},
			taskCost: null,
			maxRetries: 2,
		},
		0,
	);
	take(...facts);
	const [fact] = facts;
	return {
		indexes: fact?.type === 'requests-wiped' ? [...indexesOf(fact.indexes)] : null,
		failedByQueue: fact?.type === 'requests-wiped' ? fact.failedByQueue : null,
		left: Object.fromEntries(state.totals.failed),
	};
}

test.each([
	['all', {indexes: 'all'}, [0, 1, 2, 3, 4, 5], {}],
	[
		'those asked about: what failed since stays',
		{indexes: 'all', before: 7},
		[0, 1, 2, 3],
		{server: 1, timeout: 1},
	],
	['few of many', {indexes: 'all', before: 4}, [0], {server: 2, timeout: 3}],
	['named ones', {indexes: [1, 5, 7]}, [1, 5], {server: 3, timeout: 1}],
	['named ones that failed in time', {indexes: [1, 5], before: 8}, [1], {server: 3, timeout: 2}],
] as const)('wipes %s', (_, command, indexes, left) => {
	expect(wiped({type: 'wipe-failed', ...command})).toEqual({
		indexes: [...indexes],
		failedByQueue: [indexes.length],
		left,
	});
});

test('a wipe of nothing is no event', () => {
	expect(wiped({type: 'wipe-failed', indexes: 'all', before: 0}).indexes).toBeNull();
});
