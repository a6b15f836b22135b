import {afterEach, expect, test} from 'vitest';
import {batchSnapshot} from './batch-snapshot.ts';
import {createFakeRun} from './fake-run.ts';
import {type OpenScreen, openScreen} from './open-screen.tsx';

let screen: OpenScreen | null = null;

function at(concurrency: number) {
	const snapshot = batchSnapshot();
	return batchSnapshot({inFlight: {...snapshot.inFlight, concurrency}});
}

afterEach(() => screen?.close());

test('+ and - change the concurrency by a step and say so, but not in the cost pane', async () => {
	const run = createFakeRun(at(64));
	screen = openScreen(run);
	const {type, shows, tick} = screen;
	type('+');
	await shows('up to 70 at once instead of 64, for this session');
	run.publish(at(70));
	tick();
	await shows('48/70');
	type('-');
	await shows('up to 63 at once instead of 70, for this session');
	type('4');
	type('-');
	type('+');
	await shows('USD for the whole run');
	expect(run.commands).toEqual([
		{type: 'set-concurrency', concurrency: 70},
		{type: 'set-concurrency', concurrency: 63},
	]);
});

test('- at one call says why it does nothing', async () => {
	const run = createFakeRun(at(1));
	screen = openScreen(run);
	screen.type('-');
	await screen.shows('one call at once is the least; p pauses');
	expect(run.commands).toEqual([]);
});
