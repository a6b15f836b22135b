import {UserError} from '../domain/user-error.ts';

export const displays = ['full', 'plain', 'json', 'none'] as const;
export type Display = (typeof displays)[number];

export type DisplayContext = {
	readonly flag: string | undefined;
	readonly env: NodeJS.ProcessEnv;
	readonly stdinIsTty: boolean;
	readonly stdoutIsTty: boolean;
};

/**
 * The one place that decides the display. Ink counts a set but empty `CI` as CI and would draw one last frame
 * only; here an empty one, 0 and false are no CI.
 */
export function chooseDisplay({flag, env, stdinIsTty, stdoutIsTty}: DisplayContext): Display {
	const wanted = flag ?? (env.PROMPTBATCH_DISPLAY || undefined);
	if (wanted !== undefined) {
		const display = displays.find(name => name === wanted);
		if (!display) {
			throw new UserError(
				`${flag === undefined ? 'PROMPTBATCH_DISPLAY' : '--display'}: ${wanted} is not a display.`,
				`Use one of ${displays.join(', ')}.`,
			);
		}

		if (display === 'full' && !(stdinIsTty && stdoutIsTty)) {
			throw new UserError(
				'The full display needs a terminal for input and output.',
				'Use --display plain or json, or run it in a terminal.',
			);
		}

		return display;
	}

	const isCi = !['', '0', 'false', undefined].includes(env.CI);
	return stdinIsTty && stdoutIsTty && env.TERM !== 'dumb' && !isCi ? 'full' : 'plain';
}
