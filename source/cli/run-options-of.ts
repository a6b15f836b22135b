import {UserError} from '../domain/user-error.ts';
import {type Flags, numberFlag} from './flags.ts';
import type {RunOptions} from './run-options.ts';

/** Checks the flags of a run. `isAttended`: a person sits before the screen. */
export function runOptionsOf(specPath: string, flags: Flags, isAttended: boolean): RunOptions {
	const positive = {min: 1, integer: true} as const;
	return {
		specPath,
		dir: flags.dir ?? null,
		simulate: flags.simulate ?? null,
		mode: modeOf(flags),
		concurrency: numberFlag('--concurrency', flags.concurrency, positive),
		rpm: numberFlag('--rpm', flags.rpm, positive),
		tpm: numberFlag('--tpm', flags.tpm, positive),
		maxRetries: numberFlag('--max-retries', flags.maxRetries, {min: 0, integer: true}),
		set: flags.set ?? [],
		reinitMeta: flags.reinitMeta,
		unpause: flags.unpause,
		noRun: !flags.run,
		baseUrl: flags.baseUrl ?? null,
		apiKeyEnv: flags.apiKeyEnv ?? null,
		envFile: flags.envFile ?? null,
		allowHttp: flags.allowHttp,
		waitLock: flags.waitLock,
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
		case 'direct':
			return mode;
		case 'batch':
			throw new UserError('--mode batch is not in this version yet.', 'Use --mode direct.');
		default:
			throw new UserError(`--mode: “${mode}” is not a mode.`, 'Use auto, batch or direct.');
	}
}
