import {type Display, displays} from './display.ts';

/** A run as the list of recent runs shows it. Paths are absolute: the list is the user's, not the run's. */
export type RecentRun = {
	readonly directory: string;
	readonly specPath: string;
	/** ISO time of its last use. */
	readonly at: string;
	/** As its spec says. */
	readonly name?: string;
};

/** What a user wants of every run, kept between them. Null: nothing said. */
export type Preferences = {
	/** Keys by action; a key that is not named keeps its place. */
	readonly keymap: {readonly [action: string]: readonly string[]} | null;
	/** Colours by what they are for. */
	readonly theme: {readonly [part: string]: string} | null;
	/** Frames a second. */
	readonly fps: number | null;
	readonly display: Display | null;
	/** Ring on `done`, `paused`, guards and ceilings. @default true */
	readonly bell: boolean;
	/** Draw with ASCII only. @default false */
	readonly ascii: boolean;
	readonly recentRuns: readonly RecentRun[];
};

export const defaultPreferences: Preferences = {
	keymap: null,
	theme: null,
	fps: null,
	display: null,
	bell: true,
	ascii: false,
	recentRuns: [],
};

type Checked = {readonly preferences: Preferences; readonly problems: readonly string[]};

/** Takes what is right and says of the rest what is wrong with it: a broken preference keeps no run from starting. */
export function checkPreferences(stored: {readonly [key: string]: unknown}): Checked {
	const found: {[key: string]: unknown} = {};
	const problems: string[] = [];
	for (const [key, value] of Object.entries(stored)) {
		if (!Object.hasOwn(readers, key)) {
			problems.push(`“${key}” is no preference (${Object.keys(readers).join(', ')})`);
			continue;
		}

		const {read, expected} = readers[key as keyof Preferences];
		const taken = read(value);
		if (taken === undefined) {
			problems.push(`“${key}” must be ${expected}`);
		} else {
			found[key] = taken;
		}
	}

	return {preferences: {...defaultPreferences, ...found}, problems};
}

type Reader<Value> = {
	/** Undefined: not what it should be. */
	readonly read: (value: unknown) => Value | undefined;
	readonly expected: string;
};

const readers: {readonly [K in keyof Preferences]: Reader<Preferences[K]>} = {
	keymap: {read: readKeymap, expected: 'an object of actions with a key or a list of keys each'},
	theme: {read: readTheme, expected: 'an object of colours'},
	fps: {
		read: value => (typeof value === 'number' && Number.isFinite(value) && value >= 1 ? value : undefined),
		expected: 'a number of at least 1',
	},
	display: {
		read: value => displays.find(name => name === value),
		expected: `one of ${displays.join(', ')}`,
	},
	bell: {read: readBoolean, expected: 'true or false'},
	ascii: {read: readBoolean, expected: 'true or false'},
	recentRuns: {read: readRecent, expected: 'a list of runs, which is kept by the program itself'},
};

function readBoolean(value: unknown): boolean | undefined {
	return typeof value === 'boolean' ? value : undefined;
}

function readKeymap(value: unknown): NonNullable<Preferences['keymap']> | undefined {
	if (!isObject(value)) {
		return undefined;
	}

	const entries = Object.entries(value).map(([action, keys]) => [action, [keys].flat()] as const);
	return entries.every(([, keys]) => keys.every(key => typeof key === 'string' && key !== ''))
		? (Object.fromEntries(entries) as {[action: string]: string[]})
		: undefined;
}

function readTheme(value: unknown): NonNullable<Preferences['theme']> | undefined {
	return isObject(value) && Object.values(value).every(color => typeof color === 'string')
		? (value as {[part: string]: string})
		: undefined;
}

/** What of the list is not a run is dropped quietly: nobody writes it by hand. */
function readRecent(value: unknown): readonly RecentRun[] | undefined {
	return Array.isArray(value)
		? value.filter(
				(run): run is RecentRun =>
					isObject(run) &&
					[run.directory, run.specPath, run.at].every(part => typeof part === 'string') &&
					['string', 'undefined'].includes(typeof run.name),
			)
		: undefined;
}

function isObject(value: unknown): value is {readonly [key: string]: unknown} {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
