import type {GroupView} from '../../source/view/snapshot.ts';
import {row, rowWindow, snapshotAt, snapshotFixture} from './snapshot-fixture.ts';

/** Two causes of failures, the more frequent first. */
export const groupsFixture: readonly GroupView[] = [
	{
		key: 'server|500',
		label: '500 server',
		sample: 'the model produced an error',
		sampleIndex: 481,
		failed: 200,
		waiting: 22,
		spentUsd: 0.0312,
		firstAt: snapshotAt - 3_900_000,
		lastAt: snapshotAt - 8000,
	},
	{
		key: 'context_length|400',
		label: '400 context length',
		sample: 'maximum context length is 128000 tokens (asked 131,204)',
		sampleIndex: 733,
		failed: 112,
		waiting: 0,
		spentUsd: null,
		firstAt: snapshotAt - 720_000,
		lastAt: snapshotAt - 31_000,
	},
];

const failedOrder = {
	filter: 'status:failed',
	group: null,
	sort: 'error',
	isReversed: false,
	isFrozen: false,
} as const;

/** The failures alone, sorted by their error, two of them marked; one row of each thing that a person can decide. */
export function triagedSnapshot() {
	const {rows} = rowWindow();
	return snapshotFixture({
		rows: rowWindow({
			total: 312,
			order: failedOrder,
			isFrozen: true,
			marked: 2,
			rows: [
				{...rows[0]!, isMarked: true},
				{...rows[1]!, isMarked: true, isChanged: true},
				rows[2]!,
				{...rows[3]!, isChanged: true},
				{...rows[4]!, isUnwanted: true},
				row(900, 'queued', {moved: -1}),
				row(901, 'queued', {moved: 1, isChanged: true}),
			],
		}),
	});
}

export function groupedSnapshot() {
	return snapshotFixture({rows: rowWindow({groups: groupsFixture})});
}
