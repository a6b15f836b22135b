import {closeSync} from 'node:fs';
import process from 'node:process';
import {isatty} from 'node:tty';
import type {StopCause} from '../domain/command.ts';
import type {Run} from '../view/run.ts';

/** Milliseconds that calls in flight are waited for. */
export const patienceMs = 10_000;

const stopping = ['SIGINT', 'SIGTERM'] as const;

export type SignalOptions = {
	/** Called by the first signal that ends the run. */
	readonly onLeave?: () => void;
	/**
	 * `--on-hangup continue`: called instead of ending the run when the terminal goes away. From then on whoever only a
	 * person could help ends by itself.
	 */
	readonly onDetach?: (() => void) | null;
};

export type Signals = {
	/** The terminal is gone, however that was noticed. */
	hangUp(): void;
	/** Stops listening. */
	ignore(): void;
};

/**
 * The first signal drains, a second one ends at once; save for SIGHUP, as a terminal that goes away says so in more
 * than one way.
 */
export function handleSignals(run: Pick<Run, 'send'>, options: SignalOptions = {}): Signals {
	const {onLeave, onDetach = null} = options;
	let isLeaving = false;
	let isDetached = false;

	function stop(cause: StopCause): void {
		if (!isLeaving) {
			run.send({type: 'drain', patienceMs, cause});
		} else if (cause !== 'SIGHUP') {
			run.send({type: 'abort', cause});
		}

		isLeaving = true;
		onLeave?.();
	}

	function hangUp(): void {
		if (!onDetach) {
			stop('SIGHUP');
		} else if (!isDetached) {
			isDetached = true;
			process.once('exit', closeTerminal);
			run.send({type: 'leave-when-stuck'});
			onDetach();
		}
	}

	const listeners = [
		...stopping.map(signal => [signal, () => stop(signal)] as const),
		['SIGHUP', hangUp] as const,
	];
	for (const [signal, listener] of listeners) {
		process.on(signal, listener);
	}

	// Whoever read our lines has gone: that is a hang-up, not a crash. Every further write says so again.
	process.stdout.on('error', hangUp);
	process.stdout.once('error', () => process.once('exit', closeTerminal));
	process.stderr.on('error', () => {});
	return {
		hangUp,
		ignore() {
			for (const [signal, listener] of listeners) {
				// Closing a terminal may raise the signal once more, until the very end.
				if (!(isDetached && signal === 'SIGHUP')) {
					process.off(signal, listener);
				}
			}
		},
	};
}

/** At its end node resets the terminals it finds open, and aborts (exit code 134) over one that is gone. */
function closeTerminal(): void {
	// A terminal that is there after all would answer with one more SIGHUP.
	for (const fd of [0, 1, 2].filter(number => !isatty(number))) {
		try {
			closeSync(fd);
		} catch {
			// It was closed before.
		}
	}
}
