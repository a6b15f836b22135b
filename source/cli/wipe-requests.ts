import {isRemote, isUnpushed} from '../domain/batch.ts';
import {type RunState, type Status, statusCode} from '../domain/state.ts';
import type {RunDirectory} from '../store/run-directory.ts';
import {count, plural} from '../view/format.ts';
import {cancelRemote} from './cancel-remote.ts';
import {confirmWipe} from './confirm-wipe.ts';
import {ownSpec} from './own-spec.ts';
import type {ReadRun} from './read-run.ts';
import {recordWipe} from './record-wipe.ts';
import {sayAside} from './say-aside.ts';
import type {WipeOptions} from './wipe-options.ts';

/** Cancels what is at the API, keeps what it finished, and queues everything else without an outcome afresh. */
export async function wipeRequests(options: WipeOptions, {directory, state}: ReadRun): Promise<number> {
	const {run, say, isYes} = options;
	const open = openOf(state);
	if (open === 0 && state.batches.size === 0) {
		say('Every request has an outcome: nothing was wiped.');
		return 0;
	}

	await confirmWipe({lines: whatGoes(state, directory, open), word: String(open), isYes});
	if (state.batches.size === 0) {
		sayWiped(say, await recordWipe({type: 'wipe-unfinished'}, options, directory));
		return 0;
	}

	const spec = options.spec ?? (await ownSpec(directory, state, run.set));
	const {exitCode, why, wiped} = await cancelRemote({run, spec, wipesUnfinished: true, say});
	if (exitCode === 0) {
		sayWiped(say, wiped);
	} else {
		const because = why === '' ? '' : `, as not all batches could be ended: ${why}`;
		sayAside(`Nothing was forgotten${because}.`);
		sayAside('The same command goes on.');
	}

	return exitCode;
}

function sayWiped(say: WipeOptions['say'], wiped: number): void {
	say(`${plural(wiped, 'request')} without a result ${wiped === 1 ? 'is' : 'are'} queued afresh.`);
}

function whatGoes(state: RunState, {path}: RunDirectory, open: number): readonly string[] {
	const batches = [...state.batches.values()];
	const remote = batches.filter(isRemote).length;
	const prepared = batches.filter(isUnpushed).length;
	const finished = state.count - open;
	return [
		// The number as it is typed: without commas.
		`${path}: ${open} ${open === 1 ? 'request' : 'requests'} without a result would be queued afresh.`,
		...(remote > 0
			? [`${plural(remote, 'batch', 'batches')} at the API would be cancelled; what they finished is kept.`]
			: []),
		...(prepared > 0 ? [`${plural(prepared, 'batch file')} not sent yet would be dropped.`] : []),
		`The ${count(finished)} with an outcome stay as they are.`,
	];
}

const openStatuses: readonly Status[] = ['queued', 'waiting', 'in-flight', 'batched'];

function openOf({totals}: RunState): number {
	return openStatuses.reduce((sum, status) => sum + totals.status[statusCode[status]]!, 0);
}
