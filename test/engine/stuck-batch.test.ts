import {expect, test} from 'vitest';
import type {RemoteBatch} from '../../source/domain/batch-ports.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {createSnapshotBuilder} from '../../source/view/build-snapshot.ts';
import {type BatchFixture, createBatchFixture} from './batch-fixture.ts';
import {finish} from './engine-fixture.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** A batch that the API shows like this whenever it is asked, until it is let go. */
function stuck(shown: (now: number) => Partial<RemoteBatch>) {
	const run = createBatchFixture({count: 150, leaveWhenStuck: false});
	const {retrieve} = run.api;
	const hold = {on: true};
	Object.assign(run.api, {
		retrieve: async (...asked: Parameters<typeof retrieve>) => {
			const reply = await retrieve(...asked);
			return reply.ok && hold.on
				? {ok: true, value: {...reply.value, outputFileId: null, ...shown(run.clock.now())}}
				: reply;
		},
	});
	const queues = run.state.queues.map(({info}) => info);
	const builder = createSnapshotBuilder({
		name: 'test',
		settings: {...defaultSettings, mode: 'batch'},
		queueRules: [{hasBatch: true, maxOutput: null}],
		source: {count: 150, queues, queueOf: () => 0, id: String},
		readEvent: () => null,
	});
	const look = () =>
		builder.build(
			run.state,
			{draining: false, diskFull: null, heldPico: 0n, rates: [], undo: null},
			run.clock.now(),
		);
	const warnings = () => look().notices.map(({text}) => text);
	const letGo = () => {
		hold.on = false;
	};
	return {run, look, warnings, letGo};
}

async function pass(run: BatchFixture, ms: number): Promise<void> {
	const end = run.clock.now() + ms;
	run.clock.after(ms, () => {});
	await run.clock.runUntil(() => run.clock.now() >= end, ms + 1);
}

test.each([
	['validating', 'validating 0/150'],
	['in_progress', 'in_progress 0/150'],
])(
	'fault 30: a batch %s for an hour is shown as stalled, and a person is told once what can be done',
	async (status, stands) => {
		const {run, look, warnings, letGo} = stuck(() => ({
			status,
			counts: {total: 150, completed: 0, failed: 0},
		}));
		await pass(run, 20 * minuteMs);
		expect(look().batches.list[0]).toMatchObject({isStalled: false});
		await pass(run, 20 * minuteMs);
		expect(look().batches.list[0]).toMatchObject({isStalled: true});
		expect(warnings()).toEqual([]);
		for (let step = 0; step < 8; step++) {
			await pass(run, 10 * minuteMs);
			look();
		}

		expect(warnings()).toEqual([expect.stringMatching(/^batch 1 has not moved for 1h: /)]);
		expect(warnings()[0]).toContain(stands);
		expect(warnings()[0]).toContain('wait, it has 22h left');
		expect(warnings()[0]).toContain('wipe --requests');
		expect(run.api.count('create')).toBe(1);
		expect(run.calls).toEqual([]);
		letGo();
		expect(await finish(run)).toEqual({reason: 'done'});
		expect(run.api.count('create')).toBe(1);
	},
);

test('fault 30: a batch that is finalizing an hour after it should have expired is overdue, and nothing is sent twice', async () => {
	const {run, look, warnings, letGo} = stuck(now => ({
		status: 'finalizing',
		// Its counts still move.
		counts: {total: 150, completed: Math.min(149, Math.floor(now / 1_000_000)), failed: 0},
	}));
	await pass(run, 24 * hourMs);
	look();
	await pass(run, 2 * hourMs);
	expect(look().batches.list[0]).toMatchObject({isStalled: true, status: 'finalizing'});
	expect(warnings().at(-1)).toMatch(
		/^batch 1 is overdue: finalizing \d+\/150, 1h after it should have expired/,
	);
	expect(warnings().at(-1)).toContain('wipe --requests');
	const told = warnings().length;
	await pass(run, hourMs);
	expect(warnings()).toHaveLength(told);
	expect(run.api.count('create')).toBe(1);
	expect(run.calls).toEqual([]);
	letGo();
	expect(await finish(run)).toEqual({reason: 'done'});
	expect(run.state.totals.attempts).toBe(150);
});
