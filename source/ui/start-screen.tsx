import {render} from 'ink';
import type {RunEnd} from '../view/run.ts';
import {App} from './app.tsx';
import {faceClock as clock} from './face-clock.ts';
import {createFaceEnd} from './face-end.ts';
import {createFrameScheduler, liveRateHz} from './frame-scheduler.ts';
import {chooseGlyphs, isUtf8Locale} from './glyphs.ts';
import {createInkOutput} from './ink-output.ts';
import {createKeyboard} from './keyboard.ts';
import {keymap} from './keymap.ts';
import {lendToPager} from './lend-terminal.ts';
import type {ScreenOptions} from './screen-options.ts';
import {createScreenStore} from './screen-store.ts';
import {createScreenWriter} from './screen-writer.ts';
import {createTerminalGuard} from './terminal-guard.ts';
import {terminalSize, watchTerminalSize} from './terminal-size.ts';
import {writeToTerminal} from './terminal-write.ts';
import {defaultTheme} from './theme.ts';

/** Null: the screen was taken away from a run that goes on. */
export type ScreenEnd = {readonly end: RunEnd | null};

/**
 * Shows a run on the full screen until its engine has stopped and the person has left. The terminal is given back
 * before the promise settles. Rejects with what the run rejects with, and with any error of the screen itself: a bug,
 * after which the engine still runs and can be let drain.
 */
export async function startScreen(options: ScreenOptions): Promise<ScreenEnd> {
	const {run, env, stdin, stdout, pager} = options;
	const closed = new AbortController();
	/** Settles when no pager has the terminal. */
	let lent: Promise<unknown> = Promise.resolve();
	const size = terminalSize(stdout);
	const ending = createFaceEnd(options);
	const repaint = (): void => {
		writer.repaint();
		scheduler.redraw();
	};

	const guard = createTerminalGuard({
		outputFd: stdout.fd,
		input: stdin,
		onResume: () => {
			resize();
			repaint();
		},
		onCrash: ending.crash,
	});
	const writer = createScreenWriter({
		...size,
		// Blocks until the terminal took it: tty writes of Node are synchronous on Linux and macOS.
		write: data => stdout.write(data),
		isAsciiOnly: !isUtf8Locale(env),
	});
	const store = createScreenStore({
		run,
		clock,
		size,
		isReadonly: options.readonly,
		keymap: options.keymap ?? keymap,
		onNews: () => scheduler.refresh(),
		terminal: {
			write: sequence => writeToTerminal(stdout.fd, sequence),
			async page(text) {
				const paged = lendToPager(text, {guard, keyboard, scheduler, pager, end: closed.signal});
				lent = paged.catch(() => {});
				return paged;
			},
		},
		onRepaint: repaint,
		onSuspend: guard.suspend,
		onClose: ending.close,
	});
	const scheduler = createFrameScheduler({
		clock,
		liveHz: liveRateHz(env, options.fps ?? undefined),
		onTick: store.tick,
		draw(frame) {
			const bytes = writer.draw(frame);
			store.drawn();
			return bytes;
		},
	});
	const output = createInkOutput({...size, onFrame: scheduler.submit});
	const resize = (): void => {
		const {columns, rows} = terminalSize(stdout);
		writer.resize(columns, rows);
		store.resize({columns, rows});
		output.resize(columns, rows);
		scheduler.redraw();
	};

	const keyboard = createKeyboard({
		input: stdin,
		clock,
		onKey(key) {
			scheduler.keyPressed();
			store.press(key);
		},
		onPaste(paste) {
			scheduler.keyPressed();
			store.paste(paste);
		},
		onGone: options.onGone,
	});

	store.start();
	guard.enter();
	const ink = render(
		<App
			store={store}
			glyphs={chooseGlyphs(env, options.ascii)}
			hasColor={options.color}
			theme={options.theme ?? defaultTheme}
			onCrash={ending.crash}
		/>,
		{stdout: output.stream, stdin, debug: true, exitOnCtrlC: false, patchConsole: false},
	);
	const unwatch = watchTerminalSize(stdout, clock, resize);
	scheduler.start();
	keyboard.start();
	ending.watch(store);
	try {
		return {end: await ending.ended};
	} finally {
		closed.abort();
		await lent;
		keyboard.stop();
		ending.stop();
		unwatch();
		scheduler.stop();
		store.stop();
		ink.unmount();
		guard.leave();
	}
}
