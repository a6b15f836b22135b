import process from 'node:process';
import type {RunEnd} from '../view/run.ts';
import {createKeyboard} from './keyboard.ts';
import {keymap} from './keymap.ts';
import {textToPage} from './lend-terminal.ts';
import {createScreenStore} from './screen-store.ts';
import {nothingSpoken, speak} from './speak.ts';
import type {ScreenEnd, ScreenOptions} from './start-screen.tsx';

export type LineFaceOptions = Pick<
	ScreenOptions,
	'run' | 'stdin' | 'readonly' | 'keymap' | 'pager' | 'exitWhenDone' | 'leave' | 'detach' | 'onGone'
> & {readonly stdout: {write(text: string): unknown}};

/** No pane is drawn, but the keys go by a layout: one in which every pane is in reach. */
const size = {columns: 200, rows: 50};
/** A process in an orphaned group is not stopped by SIGTSTP. */
const stopWithinMs = 100;

const clock = {
	now: () => performance.timeOrigin + performance.now(),
	after(delayMs: number, callback: () => void) {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};

const greeting = [
	'promptbatch in lines: news comes as it happens.',
	'? tells the keys, j and k go through the requests, enter opens one, 1 to 5 read a pane, q quits.',
];

/**
 * `--screen-reader`: the screen of a run without a screen. Keys do what they do there; what they change, and what
 * happens, is said in plain lines. Nothing is drawn in place, and no control code is written but what `y` asks for.
 */
export async function startLines(options: LineFaceOptions): Promise<ScreenEnd> {
	const {run, stdin, stdout, leave, detach, pager} = options;
	const over = new AbortController();
	let close: (end: RunEnd | null) => void = () => {};
	let crash: (error: unknown) => void = () => {};
	const closed = new Promise<RunEnd | null>((resolve, reject) => {
		close = resolve;
		crash = reject;
	});
	let spoken = nothingSpoken;
	let end: RunEnd | null = null;
	let isGone = false;
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
		onClose: () => end && close(end),
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
	const closeReport = (): void => {
		isGone = true;
		if (end) close(end);
	};
	const detachFace = (): void => close(end);
	const watch = (change: 'on' | 'off'): void => {
		process[change]('SIGCONT', resume);
		process[change]('uncaughtException', crash);
		process[change]('unhandledRejection', crash);
	};

	stdout.write(`${greeting.join('\n')}\n`);
	watch('on');
	store.start();
	const unsubscribe = run.subscribe(tick);
	keyboard.start();
	leave.addEventListener('abort', closeReport);
	detach.addEventListener('abort', detachFace);
	if (detach.aborted) detachFace();
	run.finished.then(runEnd => {
		end = runEnd;
		const isLeaving = isGone || store.getModel().ui.leaving !== null;
		if (options.exitWhenDone || runEnd.reason === 'stopped' || isLeaving) close(runEnd);
		else store.finish(runEnd);
	}, crash);
	try {
		return {end: await closed};
	} finally {
		over.abort();
		keyboard.stop();
		leave.removeEventListener('abort', closeReport);
		detach.removeEventListener('abort', detachFace);
		unsubscribe();
		store.stop();
		watch('off');
	}
}
