import {statusCode} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {readLockOwner} from '../store/lock.ts';
import {kindOf, type RunDirectory, runDirectory} from '../store/run-directory.ts';
import {plural} from '../view/format.ts';
import type {Flags} from './flags.ts';
import {type ReadRun, readRun} from './read-run.ts';
import {recordWipe} from './record-wipe.ts';
import {refuseOtherWorld} from './resume-run.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {sayAside} from './say-aside.ts';
import {specAtHand} from './spec-at-hand.ts';
import {wipeAll} from './wipe-all.ts';
import type {WipeKind, WipeOptions} from './wipe-options.ts';
import {wipeRequests} from './wipe-requests.ts';

/** The wipes that the flags of a run ask for, before it runs. Null: go on; else the exit code. */
export async function wipeBeforeRun(options: RunOptions, flags: Flags): Promise<number | null> {
	const kinds = kindsOf(flags);
	if (kinds.length === 0) {
		return null;
	}

	// Whatever is wrong with the spec is found before anything is wiped.
	const spec = await specAtHand(options);
	const folder = runPathOf(options.specPath, options.dir);
	if (kindOf(runDirectory(folder)) !== 'run') {
		sayAside(`${folder} holds no run: there was nothing to wipe.`);
		return null;
	}

	const {state} = await readRun(folder, null);
	refuseOtherWorld(state, options, folder);
	for (const kind of kinds) {
		// A changed spec is a good reason to wipe all, and is refused for anything less.
		const own = kind === 'all' ? null : spec;
		const code = await wipe(kind, {run: options, spec: own, isYes: flags.yes, say: sayAside});
		if (code !== 0) {
			return code;
		}
	}

	return null;
}

function kindsOf({wipeTask, wipeRequests, wipeFailed}: Flags): readonly WipeKind[] {
	return wipeTask
		? ['all']
		: [...(wipeFailed ? ['failed' as const] : []), ...(wipeRequests ? ['requests' as const] : [])];
}

/** Wipes a run that is there. Resolves to the exit code; a person's no and a held lock are UserErrors. */
export async function wipe(kind: WipeKind, options: WipeOptions): Promise<number> {
	const read = await readRun(options.run.specPath, options.run.dir);
	const {directory, state} = read;
	if (!options.run.waitLock) {
		refuseHeld(directory);
	}

	const simulate = state.simulated === null ? null : (options.run.simulate ?? '');
	const wiping = {...options, run: {...options.run, dir: directory.path, simulate}};
	switch (kind) {
		case 'failed':
			return wipeFailed(wiping, read);
		case 'requests':
			return wipeRequests(wiping, read);
		case 'all':
			return wipeAll(wiping, read);
	}
}

async function wipeFailed(options: WipeOptions, {directory, state}: ReadRun): Promise<number> {
	const failed = state.totals.status[statusCode.failed]!;
	const wiped =
		failed === 0 ? 0 : await recordWipe({type: 'wipe-failed', indexes: 'all'}, options, directory);
	options.say(
		wiped === 0
			? 'No request has failed for good: nothing was wiped.'
			: `${plural(wiped, 'failed request is', 'failed requests are')} queued again with a fresh budget of retries.`,
	);
	return 0;
}

/** Before anybody is asked in vain; taking the lock looks again. */
function refuseHeld({lock, path}: RunDirectory): void {
	const owner = readLockOwner(lock);
	if (owner) {
		throw new UserError(
			`${path} is held by process ${owner.pid} on ${owner.host}.`,
			'Wait until it ends, or add --wait-lock.',
			4,
		);
	}
}
