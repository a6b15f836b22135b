import {expect, test} from 'vitest';
import {callsEnded} from '../../source/view/calls-ended.ts';
import {inFlightViewOf} from '../../source/view/in-flight-view.ts';
import {createLatencies} from '../../source/view/latencies.ts';
import {created, runState, sessionStarted, start, started} from '../domain/run-fixture.ts';

const out = {...started([0, 1, 2, 3, 4, 5]), sizes: [2, 3, 1]};

test('a call ends when nobody waits for it any more', () => {
	const state = runState(created(7), sessionStarted(), out);
	expect(callsEnded(state, Int32Array.of(0, 2, 3, 5, 6), 4)).toEqual({inFlight: 1, shared: 3});
	state.unwanted.add(1);
	expect(callsEnded(state, Int32Array.of(0, 2, 3, 4), 4)).toEqual({inFlight: 2, shared: 0});
});

test('where each has its own, all end', () => {
	const state = runState(created(7), sessionStarted(), started([0, 1]));
	expect(callsEnded(state, Int32Array.of(0, 1), 2)).toEqual({inFlight: 2, shared: 0});
});

test('the pane counts calls, and names each by its first request', () => {
	const state = runState(created(7), sessionStarted(), out);
	const view = inFlightViewOf(state, {id: String}, createLatencies(), [], [], start + 5);
	expect(view.count).toBe(3);
	expect(view.oldest.map(({id, others}) => [id, others])).toEqual([
		['0', 1],
		['2', 2],
		['5', 0],
	]);
});
