import {format} from 'node:util';

const levels = ['log', 'info', 'debug', 'warn', 'error'] as const;

/**
 * Sends what the code of a task or a scorer prints elsewhere, in a run to its log: on stdout it would stand between
 * the lines of the display, or across the screen. Returns the way back.
 */
export function captureConsole(log: (text: string) => void): () => void {
	const before = levels.map(level => [level, console[level]] as const);
	for (const level of levels) {
		console[level] = (...words: unknown[]) => log(format(...words));
	}

	return () => {
		for (const [level, print] of before) {
			console[level] = print;
		}
	};
}
