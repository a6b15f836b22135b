import process from 'node:process';
import {crash} from './crash.ts';
import {writeToTerminal} from './terminal-write.ts';

/*
 * outside ──enter──► inside ──suspend──► suspended ──SIGCONT──► inside
 *    ▲                  │                    │
 *    └─────restore──────┴────────────────────┘
 *
 * `lend` leads from inside to lent, where another program has the terminal while ours goes on, and back. Inside means: alternate screen, cursor hidden, auto-wrap off, bracketed paste on. Raw mode belongs to the keyboard;
 * the guard takes it off on the way out and puts it back on the way in if it was on.
 */
type Place = 'outside' | 'inside' | 'suspended' | 'lent';

/** Gives the terminal back as it was, whichever way the program ends (save SIGKILL, which nobody sees). */
export type TerminalGuard = {
	/** Takes the full screen, and from now on watches exit, uncaught errors, unhandled rejections and SIGCONT. */
	enter(): void;
	/** Gives the terminal back. Safe at any time and any number of times, also in an `exit` handler. */
	restore(): void;
	/** What ctrl-z does: gives the terminal back and stops the process group; `fg` takes the screen again. */
	suspend(): void;
	/** Gives the terminal to another program. Returns what takes the screen again, unless it was left meanwhile. */
	lend(): () => void;
	/** `restore`, and stops watching. */
	leave(): void;
};

export type TerminalGuardOptions = {
	/** File descriptor of the tty that is drawn to. */
	readonly outputFd: number;
	/** The tty that keys come from. */
	readonly input: {readonly isRaw?: boolean | undefined; setRawMode?(isRaw: boolean): unknown};
	/** The screen is ours again but shows something else: repaint it. */
	readonly onResume: () => void;
	/**
	 * Takes over after an uncaught error, with the terminal restored, for example to let the engine save; must end the
	 * process. Default, and for an error after the first: `crash`, which prints the error and exits with 70.
	 */
	readonly onCrash?: (error: unknown) => void;
};

const takeModes = '\u001b[?25l\u001b[?7l\u001b[?2004h';
const takeScreen = `\u001b[?1049h${takeModes}`;
// Ends a synchronised update that was cut off, then undoes what was taken; the cursor comes back where it was.
const giveBack = '\u001b[?2026l\u001b[m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';

/** A process in an orphaned group (the first of a container or an ssh session) is not stopped by SIGTSTP. */
const stopWithinMs = 100;

export function createTerminalGuard(options: TerminalGuardOptions): TerminalGuard {
	const {outputFd, input} = options;
	let place: Place = 'outside';
	let wasRaw = false;
	let hasCrashed = false;
	let isWatching = false;

	const giveTerminalBack = (): void => {
		wasRaw = input.isRaw ?? false;
		if (wasRaw) input.setRawMode?.(false);
		writeToTerminal(outputFd, giveBack);
	};

	const restore = (): void => {
		if (place === 'inside') giveTerminalBack();
		place = 'outside';
	};

	const resume = (): void => {
		listenForStop();
		if (place === 'outside' || place === 'lent') return;
		const isFromSuspend = place === 'suspended';
		place = 'inside';
		// Raw mode first: started in the background it stops us again before anything is drawn. Off and on, as the shell
		// may have set the terminal behind our back after a SIGSTOP.
		if (isFromSuspend ? wasRaw : input.isRaw) {
			input.setRawMode?.(false);
			input.setRawMode?.(true);
		}

		writeToTerminal(outputFd, isFromSuspend ? takeScreen : takeModes);
		options.onResume();
	};

	/** The terminal is given back first, if it is ours; then the signal does what it does without us. */
	const stop = (target: number): void => {
		if (place === 'inside') {
			giveTerminalBack();
			place = 'suspended';
		}

		process.off('SIGTSTP', onStop);
		process.kill(target, 'SIGTSTP');
		// Immediate: after `fg` the timer is overdue, but SIGCONT shall come first.
		setTimeout(() => setImmediate(() => (place === 'suspended' ? resume() : listenForStop())), stopWithinMs);
	};

	/** `kill -TSTP` from another terminal, or of the whole group. */
	const onStop = (): void => stop(process.pid);

	const listenForStop = (): void => {
		process.off('SIGTSTP', onStop);
		if (isWatching && process.platform !== 'win32') process.on('SIGTSTP', onStop);
	};

	const onError = (error: unknown): void => {
		restore();
		if (hasCrashed || !options.onCrash) crash(error);
		hasCrashed = true;
		options.onCrash(error);
	};

	const watch = (change: 'on' | 'off'): void => {
		process[change]('exit', restore);
		process[change]('uncaughtException', onError);
		process[change]('unhandledRejection', onError);
		process[change]('SIGCONT', resume);
		isWatching = change === 'on';
		listenForStop();
	};

	return {
		enter() {
			if (!isWatching) watch('on');
			if (place === 'inside') return;
			place = 'inside';
			writeToTerminal(outputFd, takeScreen);
		},
		restore,
		suspend() {
			// The group, as the terminal itself would do it: under npx the shell waits for npx, not for us.
			if (place === 'inside' && process.platform !== 'win32') stop(0);
		},
		lend() {
			if (place !== 'inside') return () => {};
			giveTerminalBack();
			place = 'lent';
			return () => {
				if (place !== 'lent') return;
				place = 'inside';
				if (wasRaw) input.setRawMode?.(true);
				writeToTerminal(outputFd, takeScreen);
				options.onResume();
			};
		},
		leave() {
			restore();
			if (isWatching) watch('off');
		},
	};
}
