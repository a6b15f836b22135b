import {UserError} from '../domain/user-error.ts';

export const displays = ['full', 'plain', 'json', 'none'] as const;
export type Display = (typeof displays)[number];

export type DisplayContext = {
	readonly flag: string | undefined;
	/** Of the user's preferences; null: none. */
	readonly preferred?: Display | null;
	/** `--screen-reader`: lines with keys, which a dumb terminal can show too. */
	readonly isSpoken?: boolean;
	readonly env: NodeJS.ProcessEnv;
	readonly stdinIsTty: boolean;
	readonly stdoutIsTty: boolean;
};

/**
 * The one place that decides the display: flag, then `PROMPTBATCH_DISPLAY`, then the preference, then what there is.
 * Ink counts a set but empty `CI` as CI and would draw one last frame only; here an empty one, 0 and false are no CI.
 */
export function chooseDisplay(context: DisplayContext): Display {
	const {flag, preferred, isSpoken, env, stdinIsTty, stdoutIsTty} = context;
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
	const canDraw = stdinIsTty && stdoutIsTty && !isCi && (env.TERM !== 'dumb' || isSpoken === true);
	// A preference is a wish: where there is no screen it gives way instead of ending the run.
	const wish = isSpoken || preferred == null ? 'full' : preferred;
	return wish === 'full' && !canDraw ? 'plain' : wish;
}
