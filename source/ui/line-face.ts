import process from 'node:process';
import {faceClock as clock} from './face-clock.ts';
import {createFaceEnd} from './face-end.ts';
import {createKeyboard} from './keyboard.ts';
import {keymap} from './keymap.ts';
import {textToPage} from './lend-terminal.ts';
import type {ScreenOptions} from './screen-options.ts';
import {createScreenStore} from './screen-store.ts';
import {nothingSpoken, speak} from './speak.ts';
import type {ScreenEnd} from './start-screen.tsx';

export type LineFaceOptions = Pick<
	ScreenOptions,
	'run' | 'stdin' | 'readonly' | 'keymap' | 'pager' | 'exitWhenDone' | 'leave' | 'detach' | 'onGone'
> & {readonly stdout: {write(text: string): unknown}};

/** No pane is drawn, but the keys go by a layout: one in which every pane is in reach. */
const size = {columns: 200, rows: 50};
/** A process in an orphaned group is not stopped by SIGTSTP. */
const stopWithinMs = 100;

const greeting = [
	'promptbatch in lines: news comes as it happens.',
	'? tells the keys, j and k go through the requests, enter opens one, 1 to 5 read a pane, q quits.',
];

/**
 * `--screen-reader`: the screen of a run without a screen. Keys do what they do there; what they change, and what
 * happens, is said in plain lines. Nothing is drawn in place, and no control code is written but what `y` asks for.
 */
export async function startLines(options: LineFaceOptions): Promise<ScreenEnd> {
	const {run, stdin, stdout, detach, pager} = options;
	const over = new AbortController();
	const ending = createFaceEnd(options);
	let spoken = nothingSpoken;
	let isTickDue = false;

	function say(): void {
		const {lines, spoken: now} = speak(spoken, store.getModel());
		spoken = now;
		if (lines.length > 0 && !detach.aborted) stdout.write(`${lines.join('\n')}\n`);
		store.drawn();
	}

	function tick(): void {
		isTickDue = false;
		store.tick();
		say();
	}

	const store = createScreenStore({
		run,
		clock,
		size,
		isReadonly: options.readonly,
		keymap: options.keymap ?? keymap,
		onNews() {
			if (!isTickDue) setImmediate(tick);
			isTickDue = true;
		},
		onRepaint() {
			spoken = {...spoken, phase: ''};
		},
		onSuspend() {
			keyboard.stop();
			process.kill(0, 'SIGTSTP');
			setTimeout(() => setImmediate(keyboard.start), stopWithinMs);
		},
		onClose: ending.close,
		terminal: {
			write: sequence => stdout.write(sequence),
			async page(text) {
				keyboard.stop();
				try {
					return await pager(textToPage(text), over.signal);
				} finally {
					if (!over.signal.aborted) keyboard.start();
				}
			},
		},
	});
	const keyboard = createKeyboard({
		input: stdin,
		clock,
		onKey(key) {
			store.press(key);
			say();
		},
		onPaste(paste) {
			store.paste(paste);
			say();
		},
		onGone: options.onGone,
	});

	const resume = (): void => {
		// The shell has set the terminal behind our back.
		keyboard.stop();
		keyboard.start();
	};
	const watch = (change: 'on' | 'off'): void => {
		process[change]('SIGCONT', resume);
		process[change]('uncaughtException', ending.crash);
		process[change]('unhandledRejection', ending.crash);
	};

	stdout.write(`${greeting.join('\n')}\n`);
	watch('on');
	store.start();
	const unsubscribe = run.subscribe(tick);
	keyboard.start();
	ending.watch(store);
	try {
		return {end: await ending.ended};
	} finally {
		over.abort();
		keyboard.stop();
		ending.stop();
		unsubscribe();
		store.stop();
		watch('off');
	}
}
