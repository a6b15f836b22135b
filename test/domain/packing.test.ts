import {expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {agreesTooSeldom, emptyPacking, stoppedPackings} from '../../source/domain/packing.ts';
import {auditText, packingReport, packingText} from '../../source/view/packing-view.ts';
import {answered, created, failed, failure, runState, sessionStarted, start, started} from './run-fixture.ts';

const call = {id: 'c', size: 3};
const usage = {input: 100, cached: 0, output: 10};
const nothing = {input: 0, cached: 0, output: 0};

const pack: readonly RunEvent[] = [
	created(5),
	sessionStarted(),
	{...started([0, 1, 2, 3]), sizes: [3, 1]} as RunEvent,
	answered(0, {usage, call: {...call, position: 0, alone: 90}, more: true}),
	answered(1, {usage: nothing, call: {...call, position: 1, alone: 80}}),
	failed(2, {
		failure: failure('missing', 200),
		sequel: 'requeue',
		retryAt: null,
		call: {...call, position: 2, most: 1},
	}),
	answered(3, {usage, raw: '{}'}),
	started([0, 2]),
	answered(0, {usage, round: 1, agrees: true}),
	answered(2, {usage}),
];

test('what packs came to is what their lines say', () => {
	const {queues} = runState(...pack);
	expect(queues[0]!.packing).toEqual({
		calls: 1,
		items: 2,
		input: 100,
		alone: 170,
		audited: 1,
		agreed: 1,
		isStopped: false,
	});
	const report = packingReport({queues})!;
	expect(report).toMatchObject({
		calls_saved: 1,
		tokens_saved: 70,
		audit: {audited: 1, agreement: 1, high: 1},
	});
	expect(packingText(report)).toBe('2 in 1 call, saved 1 call, 70 input tokens (41%)');
	expect(auditText(report.audit!)).toBe('1 of 1 agree, 100% (21% to 100%)');
	expect(packingReport(runState(created(1)))).toBeNull();
});

test.each([
	[9, 0, false],
	[10, 9, false],
	[10, 5, true],
	// 80 % is not surely less than 80 %.
	[1000, 790, false],
	[1000, 770, true],
])('of %i audited %i agree: packing goes off %s', (audited, agreed, stops) => {
	expect(agreesTooSeldom({...emptyPacking(), audited, agreed}, 0.8)).toBe(stops);
});

test('packing goes off once, and only where something is audited', () => {
	const state = runState(...pack);
	Object.assign(state.queues[0]!.packing, {audited: 10, agreed: 5});
	expect(stoppedPackings(state.queues, undefined, start)).toEqual([]);
	const facts = stoppedPackings(state.queues, 0.8, start);
	expect(facts).toEqual([{type: 'packing-stopped', at: start, queue: 0, audited: 10, agreed: 5}]);
	state.queues[0]!.packing.isStopped = true;
	expect(stoppedPackings(state.queues, 0.8, start)).toEqual([]);
});

test('a pack that was cut short doubles no allowance, and one that left an item out is no lost line', () => {
	const part = {...call, position: 1, most: 2};
	const again = {sequel: 'requeue', retryAt: null, call: part} as const;
	const {truncated, missing, mostShared} = runState(
		created(2),
		sessionStarted(),
		{...started([0, 1]), sizes: [2]} as RunEvent,
		failed(0, {...again, failure: failure('truncated', 200)}),
		failed(1, {...again, failure: failure('missing', 200)}),
	);
	expect([truncated.size, missing.size, mostShared.size]).toEqual([0, 0, 2]);
});
