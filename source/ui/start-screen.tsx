import {render} from 'ink';
import type {Run, RunEnd} from '../view/run.ts';
import {App} from './app.tsx';
import type {Binding} from './binding.ts';
import {faceClock as clock} from './face-clock.ts';
import {createFaceEnd} from './face-end.ts';
import {createFrameScheduler, liveRateHz} from './frame-scheduler.ts';
import {chooseGlyphs, isUtf8Locale, type LocaleEnv} from './glyphs.ts';
import {createInkOutput} from './ink-output.ts';
import {createKeyboard} from './keyboard.ts';
import {keymap} from './keymap.ts';
import {lendToPager, type PagerPort} from './lend-terminal.ts';
import {createScreenStore} from './screen-store.ts';
import {createScreenWriter} from './screen-writer.ts';
import {createTerminalGuard} from './terminal-guard.ts';
import {terminalSize, watchTerminalSize} from './terminal-size.ts';
import {writeToTerminal} from './terminal-write.ts';
import {defaultTheme, type Theme} from './theme.ts';

export type ScreenOptions = {
	readonly run: Run;
	readonly env: LocaleEnv & {readonly SSH_CONNECTION?: string | undefined};
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream & {readonly fd: number};
	/** Frames a second; null: 5, over SSH 2. */
	readonly fps: number | null;
	/** Draw with ASCII only; also done in a locale without UTF-8. */
	readonly ascii: boolean;
	readonly color: boolean;
	/** Only watch: keys that change the run say so instead. */
	readonly readonly: boolean;
	/** From `readKeymap` and `readTheme`; the defaults when absent. */
	readonly keymap?: readonly Binding[];
	readonly theme?: Theme;
	readonly pager: PagerPort;
	/** Leave when every request has an outcome instead of staying with the report. */
	readonly exitWhenDone: boolean;
	/** Aborted when the process is told to end: from then on no report stays. The run is told by others. */
	readonly leave: AbortSignal;
	/** Aborted when the screen shall go and the run go on without it. */
	readonly detach: AbortSignal;
	/** The terminal is gone: whoever started the screen says what follows. */
	readonly onGone: () => void;
};

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
