import type {WriteStream} from 'node:tty';

/** One line on a terminal that says how far long work is; on anything else, nothing. */
export type ProgressLine = {
	show(what: string, done: number, of: number): void;
	clear(): void;
};

const betweenMs = 200;
/** A person does not want to read what is gone at once. */
const firstAfterMs = 500;

export function createProgressLine(out: Pick<WriteStream, 'write'> & {isTTY?: boolean}): ProgressLine {
	let nextAt = performance.now() + firstAfterMs;
	let isShown = false;
	return {
		show(what, done, of) {
			const now = performance.now();
			if (out.isTTY && now >= nextAt && of > 0) {
				nextAt = now + betweenMs;
				isShown = true;
				out.write(`\r\u001B[K${what} ${Math.floor((100 * done) / of)}%`);
			}
		},
		clear() {
			if (isShown) {
				out.write('\r\u001B[K');
			}
		},
	};
}
