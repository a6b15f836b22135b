import meow from 'meow';
import {UserError} from '../domain/user-error.ts';
import {similar} from '../spec/nearest.ts';
import {help} from './help.ts';

const flags = {
	display: {type: 'string'},
	exitWhenDone: {type: 'boolean', default: false},
	simulate: {type: 'string'},
	dir: {type: 'string'},
	mode: {type: 'string'},
	forceDirect: {type: 'boolean', default: false},
	concurrency: {type: 'string'},
	rpm: {type: 'string'},
	tpm: {type: 'string'},
	maxRetries: {type: 'string'},
	maxCost: {type: 'string'},
	maxSessionCost: {type: 'string'},
	maxSessionRequests: {type: 'string'},
	retryFatal: {type: 'boolean', default: false},
	processFailedBatches: {type: 'string'},
	onlyProcess: {type: 'boolean', default: false},
	wipeFailed: {type: 'boolean', default: false},
	wipeRequests: {type: 'boolean', default: false},
	wipeTask: {type: 'boolean', default: false},
	dryRun: {type: 'boolean', default: false},
	// `--no-run` and `--no-color`: a leading `no-` turns a flag off.
	run: {type: 'boolean', default: true},
	color: {type: 'boolean', default: true},
	canary: {type: 'string'},
	reinitMeta: {type: 'boolean', default: false},
	adopt: {type: 'string'},
	set: {type: 'string', isMultiple: true},
	unpause: {type: 'boolean', default: false},
	baseUrl: {type: 'string'},
	apiKeyEnv: {type: 'string'},
	envFile: {type: 'string'},
	allowHttp: {type: 'boolean', default: false},
	fps: {type: 'string'},
	ascii: {type: 'boolean', default: false},
	screenReader: {type: 'boolean', default: false},
	readonly: {type: 'boolean', default: false},
	verbose: {type: 'string'},
	onHangup: {type: 'string'},
	yes: {type: 'boolean', default: false},
	waitLock: {type: 'boolean', default: false},
	json: {type: 'boolean', default: false},
	input: {type: 'string'},
	output: {type: 'string'},
	new: {type: 'string'},
	format: {type: 'string'},
	compare: {type: 'string'},
	failed: {type: 'boolean', default: false},
	requests: {type: 'boolean', default: false},
	all: {type: 'boolean', default: false},
	port: {type: 'string'},
} as const;

/** The flags as they are typed. */
export const flagWords = wordsOf(flags);

export type FlagName = keyof typeof flags;

export type Flags = ReturnType<typeof parseFlags>['flags'];

/** Words and flags of the command line. Prints help or version and exits when asked to. */
export function parseFlags(argv: readonly string[]) {
	const parsed = parse(argv);
	// meow heeds these two only where they stand alone; behind a command they are meant as much.
	if ('help' in parsed.flags || 'h' in parsed.flags) {
		parsed.showHelp(0);
	}

	if ('version' in parsed.flags) {
		parsed.showVersion();
	}

	for (const name of Object.keys(parsed.flags)) {
		if (!(name in flags)) {
			const meant = similar(wordOf(name), flagWords);
			throw new UserError(
				`${wordOf(name)} is not a flag.`,
				meant === null ? 'See promptbatch-tui --help.' : `Did you mean ${meant}?`,
			);
		}
	}

	return {input: parsed.input, flags: parsed.flags};
}

function parse(argv: readonly string[]) {
	try {
		return meow(help, {importMeta: import.meta, argv: argv.map(keepValueAfterEquals), flags});
	} catch (error) {
		const twice = /^The flag (\S+) can only be set once/.exec((error as Error).message)?.[1];
		throw twice === undefined ? error : new UserError(`${twice} is given twice.`, 'Give it once.');
	}
}

/** `--simulate` and `--compare` take a value only after `=`: bare, they must not swallow the word that follows. */
function keepValueAfterEquals(argument: string): string {
	return argument === '--simulate' || argument === '--compare' ? `${argument}=` : argument;
}

function wordsOf(definitions: {
	readonly [name: string]: {readonly type: string; readonly default?: boolean};
}): readonly string[] {
	return Object.entries(definitions).map(([name, definition]) =>
		wordOf(definition.default ? `no-${name}` : name),
	);
}

/** A flag as it is typed. */
export function wordOf(name: string): string {
	return `${name.length === 1 ? '-' : '--'}${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
}

/** One of a few words; null when it is not given. */
export function wordFlag<Word extends string>(
	name: string,
	value: string | undefined,
	words: readonly Word[],
): Word | null {
	const word = words.find(known => known === value) ?? null;
	if (value !== undefined && word === null) {
		throw new UserError(
			`${name}: “${value}” is none of ${words.join(', ')}.`,
			`Write e.g. ${name} ${words.at(-1)}.`,
		);
	}

	return word;
}

export type NumberRule = {readonly min: number; readonly integer: boolean};

/** A number that is not one is a mistake, never a default. */
export function numberFlag(name: string, value: string | undefined, rule: NumberRule): number | null {
	if (value === undefined) {
		return null;
	}

	const number = value.trim() === '' ? Number.NaN : Number(value);
	if (!Number.isFinite(number) || number < rule.min || (rule.integer && !Number.isInteger(number))) {
		const kind = rule.integer ? 'a whole number' : 'a number';
		throw new UserError(
			`${name}: “${value}” is not ${kind} of at least ${rule.min}.`,
			`Write e.g. ${name} ${Math.max(rule.min, 10)}.`,
		);
	}

	return number;
}
