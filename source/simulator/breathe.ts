import {setImmediate} from 'node:timers/promises';

const workBetween = 64;

/**
 * Lets the server answer others in the middle of a long loop; `turn` counts its rounds. Rejects with the signal's
 * reason when the server closes.
 */
export async function breathe(turn: number, signal: AbortSignal): Promise<void> {
	if (turn % workBetween === 0) {
		await setImmediate();
		signal.throwIfAborted();
	}
}
