import type {KeptRange} from '../domain/event.ts';
import {decodeEvent} from '../domain/event-line.ts';
import type {FailureKind} from '../domain/failure.ts';
import type {Journal} from '../domain/ports.ts';
import {keptRanges} from '../domain/reduce-spec-change.ts';
import {createKindReader} from '../domain/request-line.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {digestSpec} from '../spec/digest-spec.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {matchRequests} from '../spec/match-requests.ts';
import {openRequests} from '../spec/open-requests.ts';
import {prepareInputs} from '../spec/prepare-inputs.ts';
import type {Spec} from '../spec/spec.ts';
import type {SpecRequests} from '../spec/spec-requests.ts';
import {inputsPath, writeInputs} from '../store/inputs-writer.ts';
import {additionsKept} from './additions-kept.ts';
import {readManifest} from './read-manifest.ts';
import {type RunFiles, recordFact} from './run-files.ts';
import {systemClock} from './system-clock.ts';

export type SpecChange = {
	readonly spec: Spec;
	/** The spec as the run had it. */
	readonly copy: Spec;
	readonly source: SpecRequests;
	readonly state: RunState;
	readonly files: RunFiles;
};

/** `--reinit-meta`: copies the new inputs beside the old and carries over what is still in the spec. */
export async function acceptChange({spec, copy, source, state, files}: SpecChange): Promise<SpecRequests> {
	const {directory, journal, stateFile, onNotice} = files;
	const epoch = state.epochs.length + 1;
	const folder = inputsPath(directory, epoch);
	await writeInputs(folder, prepareInputs(spec));
	const next = openRequests(spec, inputFolder(folder));
	if (next.count === 0 && !spec.grows) {
		throw new UserError(
			`${spec.path}: the spec makes 0 requests.`,
			'Give it at least one prompt and one row of args.',
		);
	}

	const sides = {was: {spec: copy, source}, next: {spec, source: next}};
	const kept = matchRequests(sides.was, sides.next);
	const readEvent = (offset: number, body: boolean) => decodeEvent(journal.read(offset), {body});
	const added = additionsKept({state, ...sides, kept, readEvent});
	// Not before the copies were made: which images there are shows with the rows.
	const {digest} = await digestSpec(spec, await readManifest(folder));
	recordFact(state, journal, {
		type: 'spec-changed',
		at: systemClock.now(),
		specDigest: digest,
		epoch,
		count: next.count,
		queues: next.queues,
		kept,
		added,
		failedKinds: failedKinds(state, journal, keptRanges(state, {count: next.count, kept, added})),
	});
	await stateFile.save(state, journal);
	const keptCount = kept.reduce((sum, [, , length]) => sum + length, 0);
	onNotice(`The changed spec was accepted: ${keptCount} of ${next.count} requests were known before.`);
	return next;
}

function failedKinds(
	state: RunState,
	journal: Journal,
	kept: readonly KeptRange[],
): {[K in FailureKind]?: number} {
	const kinds: {[K in FailureKind]?: number} = {};
	const kindAt = createKindReader(offset => decodeEvent(journal.read(offset), {body: false}));
	for (const [, was, length] of kept) {
		for (let index = was; index < was + length; index++) {
			if (state.columns.status[index] === statusCode.failed) {
				const kind = kindAt(state.columns.offset[index]!) ?? 'cancelled';
				kinds[kind] = (kinds[kind] ?? 0) + 1;
			}
		}
	}

	return kinds;
}
