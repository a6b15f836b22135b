import {writeSync} from 'node:fs';

/** A terminal that reads nothing for this long is given up. */
const patienceMs = 1000;
const pauseMs = 5;

/**
 * Writes all of a text to a terminal before it returns, also from an `exit` handler. A terminal that is gone
 * (EIO after a hang-up, EPIPE) or that stays full is no error: there is nobody left to tell.
 */
export function writeToTerminal(fd: number, text: string): void {
	let rest = Buffer.from(text);
	let waitedMs = 0;
	while (rest.length > 0 && waitedMs < patienceMs) {
		try {
			rest = rest.subarray(writeSync(fd, rest));
		} catch (error) {
			// Another process may have made the shared terminal non-blocking.
			if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
			waitedMs += pauseMs;
		}
	}
}
