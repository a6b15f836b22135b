import process from 'node:process';
import {UserError} from '../../domain/user-error.ts';
import {safeText} from '../../view/safe-text.ts';
import type {Flags} from '../flags.ts';
import {runOptionsOf} from '../run-options-of.ts';
import {wipe} from '../wipe.ts';
import type {WipeKind} from '../wipe-options.ts';

/** Takes back the failed requests, all unfinished ones, or the whole run. */
export async function wipeRun(target: string, flags: Flags): Promise<number> {
	return wipe(kindOf(flags), {
		run: runOptionsOf(target, flags, false),
		spec: null,
		isYes: flags.yes,
		say: line => process.stdout.write(`${safeText(line)}\n`),
	});
}

function kindOf({failed, requests, all}: Flags): WipeKind {
	const given = {failed, requests, all};
	const kinds = (Object.keys(given) as WipeKind[]).filter(kind => given[kind]);
	if (kinds.length !== 1 || kinds[0] === undefined) {
		throw new UserError(
			kinds.length === 0
				? 'wipe needs to know what.'
				: `wipe does one thing at a time, not ${kinds.join(' and ')}.`,
			'Add --failed (they are queued again), --requests (also what is not finished: batches are cancelled) or --all (no file of the run remains).',
		);
	}

	return kinds[0];
}
