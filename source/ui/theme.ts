import type {Color} from './line.ts';
import type {Similar} from './remap.ts';

/** The 16 ANSI colours by name: the terminal's own palette decides what they look like. */
const ansiColors = [
	'black',
	'red',
	'green',
	'yellow',
	'blue',
	'magenta',
	'cyan',
	'white',
	'gray',
	'redBright',
	'greenBright',
	'yellowBright',
	'blueBright',
	'magentaBright',
	'cyanBright',
	'whiteBright',
] as const;
export type AnsiColor = (typeof ansiColors)[number];

/** What a colour says. `info`: batches and waiting for them; `note`: a simulated run. */
export type ThemeRole = 'accent' | 'warn' | 'error' | 'ok' | 'info' | 'note';

export type Theme = {readonly [R in ThemeRole]: AnsiColor};

export const defaultTheme: Theme = {
	accent: 'cyan',
	warn: 'yellow',
	error: 'red',
	ok: 'green',
	info: 'blue',
	note: 'magenta',
};

/** Lines are styled in the colours of the default theme. */
const roles: {readonly [C in Color]: ThemeRole} = {
	cyan: 'accent',
	yellow: 'warn',
	red: 'error',
	green: 'ok',
	blue: 'info',
	magenta: 'note',
};

export function paint(color: Color, theme: Theme): AnsiColor {
	return theme[roles[color]];
}

export type ReadTheme = {
	readonly theme: Theme;
	/** What of the preferences was not understood, in sentences; then it is left at its default. */
	readonly problems: readonly string[];
};

/** The theme of the preferences, `{"accent": "magenta"}`, over the default one. */
export function readTheme(wanted: unknown, similar: Similar): ReadTheme {
	if (wanted === undefined || wanted === null) return {theme: defaultTheme, problems: []};
	if (typeof wanted !== 'object' || Array.isArray(wanted))
		return {
			theme: defaultTheme,
			problems: ['theme is no object of colours, like {"accent": "magenta"}'],
		};
	const problems: string[] = [];
	const theme: {-readonly [R in ThemeRole]: AnsiColor} = {...defaultTheme};
	for (const [role, color] of Object.entries(wanted)) {
		if (!isRole(role)) problems.push(`theme has no ${role}${hint(similar(role, Object.keys(defaultTheme)))}`);
		else if (isAnsi(color)) theme[role] = color;
		else
			problems.push(
				`${role} cannot be ${JSON.stringify(color)}${hint(similar(String(color), ansiColors))}: one of the 16 ANSI colours is`,
			);
	}

	return {theme, problems};
}

function isRole(role: string): role is ThemeRole {
	return Object.hasOwn(defaultTheme, role);
}

function isAnsi(color: unknown): color is AnsiColor {
	return (ansiColors as readonly unknown[]).includes(color);
}

function hint(near: string | null): string {
	return near === null ? '' : ` (did you mean ${near}?)`;
}
