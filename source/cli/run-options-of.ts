import {UserError} from '../domain/user-error.ts';
import {shareOf} from '../spec/share.ts';
import {verboseLevels} from '../view/attempt-dump.ts';
import {type FlagName, type Flags, numberFlag, wordFlag, wordOf} from './flags.ts';
import {hangUpWays, type RunOptions} from './run-options.ts';

/** Checks the flags of a run. `isAttended`: a person sits before the screen. */
export function runOptionsOf(specPath: string, flags: Flags, isAttended: boolean): RunOptions {
	refuseContradictions(flags);
	const positive = {min: 1, integer: true} as const;
	const usd = {min: 0, integer: false} as const;
	return {
		specPath,
		dir: flags.dir ?? null,
		simulate: flags.simulate ?? null,
		mode: modeOf(flags),
		concurrency: numberFlag('--concurrency', flags.concurrency, positive),
		rpm: numberFlag('--rpm', flags.rpm, positive),
		tpm: numberFlag('--tpm', flags.tpm, positive),
		maxRetries: numberFlag('--max-retries', flags.maxRetries, {min: 0, integer: true}),
		maxCost: numberFlag('--max-cost', flags.maxCost, usd),
		maxSessionCost: numberFlag('--max-session-cost', flags.maxSessionCost, usd),
		maxSessionRequests: numberFlag('--max-session-requests', flags.maxSessionRequests, {
			min: 0,
			integer: true,
		}),
		retryFatal: flags.retryFatal,
		processFailedBatches: numberFlag('--process-failed-batches', flags.processFailedBatches, {
			min: -1,
			integer: true,
		}),
		onlyProcess: flags.onlyProcess,
		set: flags.set ?? [],
		adopt: flags.adopt ?? null,
		reinitMeta: flags.reinitMeta,
		unpause: flags.unpause,
		canary: shareFlag('--canary', flags.canary),
		sample: null,
		yes: flags.yes,
		noRun: !flags.run,
		baseUrl: flags.baseUrl ?? null,
		apiKeyEnv: flags.apiKeyEnv ?? null,
		envFile: flags.envFile ?? null,
		allowHttp: flags.allowHttp,
		waitLock: flags.waitLock,
		verbose: wordFlag('--verbose', flags.verbose, verboseLevels) ?? 'never',
		onHangUp: wordFlag('--on-hangup', flags.onHangup, hangUpWays) ?? 'save',
		warnings: [],
		staysWhenDone: isAttended && !flags.exitWhenDone,
		leaveWhenStuck: !isAttended,
	};
}

function modeOf({mode, forceDirect}: Flags): RunOptions['mode'] {
	if (forceDirect && mode !== undefined && mode !== 'direct') {
		throw new UserError(`--force-direct and --mode ${mode} contradict each other.`, 'Give one of them.');
	}

	switch (mode) {
		case undefined:
			return forceDirect ? 'direct' : null;
		case 'auto':
		case 'batch':
		case 'direct':
			return mode;
		default:
			throw new UserError(`--mode: “${mode}” is not a mode.`, 'Use auto, batch or direct.');
	}
}

/** Above 0, at most all. */
function shareFlag(name: string, value: string | undefined): number | null {
	const share = value === undefined ? null : shareOf(/^\d*\.?\d+$/.test(value) ? Number(value) : value);
	if (share === null || (share > 0 && share <= 1 && /^[\d.]+%?$/.test(value ?? ''))) {
		return share;
	}

	throw new UserError(`${name}: “${value}” is no part of the requests.`, `Write e.g. ${name} 1%.`);
}

type Given = FlagName | 'noRun';

/** Flags that say opposite things about one session: none of them may win quietly. */
const contradictions: readonly (readonly [one: Given, other: Given])[] = [
	['onlyProcess', 'noRun'],
	['onlyProcess', 'dryRun'],
	['dryRun', 'noRun'],
	['dryRun', 'adopt'],
	['dryRun', 'wipeFailed'],
	['dryRun', 'wipeRequests'],
	['dryRun', 'wipeTask'],
	['wipeTask', 'wipeFailed'],
	['wipeTask', 'wipeRequests'],
	['wipeTask', 'onlyProcess'],
];

function refuseContradictions(flags: Flags): void {
	const given = {...flags, noRun: !flags.run};
	for (const [one, other] of contradictions) {
		if (given[one] && given[other]) {
			throw new UserError(`${wordOf(one)} and ${wordOf(other)} contradict each other.`, 'Give one of them.');
		}
	}
}
