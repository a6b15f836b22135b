import {shellWord} from '../headless/shell-word.ts';
import type {RunOptions} from './run-options.ts';

/** The command that goes on with a run: the same one, without what held for its start only. */
export function resumeCommandOf(options: RunOptions): string {
	const {simulate} = options;
	const valued: readonly (readonly [flag: string, value: string | number | null])[] = [
		['--dir', options.dir],
		['--base-url', options.baseUrl],
		['--api-key-env', options.apiKeyEnv],
		['--env-file', options.envFile],
		['--mode', options.mode],
		['--concurrency', options.concurrency],
		['--rpm', options.rpm],
		['--tpm', options.tpm],
		['--canary', options.canary === null ? null : `${options.canary * 100}%`],
		['--max-retries', options.maxRetries],
		['--max-cost', options.maxCost],
		['--max-session-cost', options.maxSessionCost],
		['--max-session-requests', options.maxSessionRequests],
		['--process-failed-batches', options.processFailedBatches],
		['--verbose', options.verbose === 'never' ? null : options.verbose],
		['--on-hangup', options.onHangUp === 'save' ? null : options.onHangUp],
		...options.set.map(setting => ['--set', setting] as const),
	];
	return [
		'promptbatch-tui',
		shellWord(options.specPath),
		...(simulate === null ? [] : [simulate === '' ? '--simulate' : `--simulate=${shellWord(simulate)}`]),
		...valued.flatMap(([flag, value]) => (value === null ? [] : [flag, shellWord(String(value))])),
		...(options.retryFatal ? ['--retry-fatal'] : []),
		...(options.allowHttp ? ['--allow-http'] : []),
	].join(' ');
}
