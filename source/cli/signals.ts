import {closeSync} from 'node:fs';
import process from 'node:process';
import type {StopCause} from '../domain/command.ts';
import type {Run} from '../view/run.ts';

/** Seconds that calls in flight are waited for. */
export const patienceMs = 10_000;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first signal drains, a second one ends at once; save for SIGHUP, as a terminal that goes away says so in more
 * than one way. `leave` is aborted by the first. Returns the way to stop listening.
 */
export function handleSignals(run: Run, leave = new AbortController()): () => void {
	const stop = (cause: StopCause) => {
		if (!leave.signal.aborted) {
			run.send({type: 'drain', patienceMs, cause});
		} else if (cause !== 'SIGHUP') {
			run.send({type: 'abort', cause});
		}

		leave.abort();
	};

	const listeners = signals.map(signal => [signal, () => stop(signal)] as const);
	for (const [signal, listener] of listeners) {
		process.on(signal, listener);
	}

	// Whoever read our lines has gone: that is a hang-up, not a crash. Every further write says so again.
	process.stdout.on('error', () => stop('SIGHUP'));
	process.stdout.once('error', () => process.once('exit', closeTerminal));
	return () => {
		for (const [signal, listener] of listeners) {
			process.off(signal, listener);
		}
	};
}

/** At its end node resets the terminals it finds open, and aborts (exit code 134) over one that is gone. */
function closeTerminal(): void {
	for (const fd of [0, 1, 2]) {
		try {
			closeSync(fd);
		} catch {
			// It was closed before.
		}
	}
}
