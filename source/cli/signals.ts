import process from 'node:process';
import type {StopCause} from '../domain/command.ts';
import type {Run} from '../view/run.ts';

/** Seconds that calls in flight are waited for. */
export const patienceMs = 10_000;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal drains, a second one ends at once. Returns the way to stop listening. */
export function handleSignals(run: Run): () => void {
	let asked = false;
	const stop = (cause: StopCause) => {
		run.send(asked ? {type: 'abort', cause} : {type: 'drain', patienceMs, cause});
		asked = true;
	};

	const listeners = signals.map(signal => [signal, () => stop(signal)] as const);
	for (const [signal, listener] of listeners) {
		process.on(signal, listener);
	}

	// Whoever read our lines has gone: that is a hang-up, not a crash. Every further write says so again.
	const onOutputError = () => {
		if (!asked) {
			stop('SIGHUP');
		}
	};

	process.stdout.on('error', onOutputError);
	return () => {
		for (const [signal, listener] of listeners) {
			process.off(signal, listener);
		}
	};
}
