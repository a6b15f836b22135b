import {Box, render, Text} from 'ink';
import {useState, useSyncExternalStore} from 'react';
import {afterEach, expect, it, vi} from 'vitest';
import {createFrameScheduler} from '../../source/ui/frame-scheduler.ts';
import {createInkOutput, type InkOutput} from '../../source/ui/ink-output.ts';
import {createScreenWriter} from '../../source/ui/screen-writer.ts';
import {createFakeClock, type FakeClock} from './fake-clock.ts';
import {createVirtualScreen, type VirtualScreen} from './virtual-screen.ts';

// Ink looks at it when it is imported, and does not listen to resizes in CI.
vi.hoisted(() => {
	process.env.CI = 'false';
});

const unmounts: (() => void)[] = [];
afterEach(() => {
	for (const unmount of unmounts.splice(0)) unmount();
});

function mount(node: React.ReactNode, output: InkOutput) {
	const options = {stdout: output.stream, debug: true, patchConsole: false, exitOnCtrlC: false};
	const instance = render(node, options);
	unmounts.push(instance.unmount);
	return instance;
}

it('is handed whole frames and nothing else', () => {
	const frames: string[] = [];
	const output = createInkOutput({columns: 20, rows: 4, onFrame: frame => frames.push(frame)});
	const box = (text: string) => (
		<Box width={10} borderStyle="single">
			<Text>{text}</Text>
		</Box>
	);
	const {rerender, unmount} = mount(box('one'), output);
	rerender(box('two'));
	output.resize(8, 4);
	unmount();
	expect(frames[0]).toBe('┌────────┐\n│one     │\n└────────┘');
	expect(frames[1]).toBe('┌────────┐\n│two     │\n└────────┘');
	expect(frames.every(frame => frame.startsWith('┌'))).toBe(true);
});

it('lays out at the new width when resized', () => {
	const frames: string[] = [];
	const output = createInkOutput({columns: 20, rows: 4, onFrame: frame => frames.push(frame)});
	mount(<Text>aaaa bbbb cccc</Text>, output);
	expect(frames.at(-1)).toBe('aaaa bbbb cccc');
	output.resize(5, 4);
	expect(frames.at(-1)).toBe('aaaa\nbbbb\ncccc');
	expect([output.stream.columns, output.stream.rows]).toEqual([5, 4]);
});

type Store = {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getSnapshot: () => number;
};

const log = {layouts: 0, press: (_: string): void => {}};

function App({store}: {readonly store: Store}) {
	const done = useSyncExternalStore(store.subscribe, store.getSnapshot);
	const [key, setKey] = useState('none');
	log.press = setKey;
	log.layouts++;
	return (
		<Text>
			done {done} key {key}
		</Text>
	);
}

/** The chain as the app builds it: a store that publishes at ticks, Ink, scheduler, writer, terminal. */
function setUp() {
	const screen = createVirtualScreen(30, 3);
	const clock = createFakeClock();
	const writer = createScreenWriter({write: data => void screen.write(data), columns: 30, rows: 3});
	const engine = {done: 0};
	let published = engine.done;
	const listeners = new Set<() => void>();
	const scheduler = createFrameScheduler({
		clock,
		liveHz: 5,
		onTick() {
			published = engine.done;
			for (const listener of listeners) listener();
		},
		draw: writer.draw,
	});
	const store: Store = {
		getSnapshot: () => published,
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
	const output = createInkOutput({columns: 30, rows: 3, onFrame: scheduler.submit});
	log.layouts = 0;
	mount(<App store={store} />, output);
	scheduler.start();
	return {screen, clock, engine, scheduler, writer, output};
}

/** React may commit in a microtask; the draw is due in the turn of the clock after it. */
async function shows(screen: VirtualScreen, clock: FakeClock, ...rows: readonly string[]): Promise<void> {
	await vi.waitFor(async () => {
		clock.advance(0);
		expect((await screen.rows()).slice(0, rows.length)).toEqual(rows);
	});
}

it('draws at the pace of the scheduler what the store publishes', async () => {
	const {screen, clock, engine} = setUp();
	await shows(screen, clock, 'done 0 key none');
	for (let answer = 0; answer < 1000; answer++) engine.done++;
	expect(log.layouts).toBe(1);
	clock.advance(200);
	await shows(screen, clock, 'done 1000 key none');
	expect(log.layouts).toBe(2);
});

it('draws a key at once', async () => {
	const {screen, clock, scheduler} = setUp();
	clock.advance(50);
	scheduler.keyPressed();
	log.press('j');
	await shows(screen, clock, 'done 0 key j');
});

it('survives a resize', async () => {
	const {screen, clock, scheduler, writer, output} = setUp();
	clock.advance(0);
	screen.resize(8, 3);
	writer.resize(8, 3);
	output.resize(8, 3);
	scheduler.redraw();
	clock.advance(40);
	await shows(screen, clock, 'done 0', 'key none', '');
});
