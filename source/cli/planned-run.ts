import {addedSource} from '../domain/added-source.ts';
import {changedSource} from '../domain/changed-source.ts';
import {decodeEvent} from '../domain/event-line.ts';
import {reduce} from '../domain/reduce.ts';
import type {Request, RequestSource} from '../domain/request.ts';
import {roundsSource} from '../domain/rounds-source.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {describeChange} from '../spec/describe-change.ts';
import {digestSpec, isRegrouped} from '../spec/digest-spec.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {matchRequests} from '../spec/match-requests.ts';
import {memoryInputs} from '../spec/memory-inputs.ts';
import {openRequests} from '../spec/open-requests.ts';
import {readSpecCopy} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {openLineReader} from '../store/line-reader.ts';
import {kindOf, runDirectory} from '../store/run-directory.ts';
import type {ReadEvent} from '../view/build-detail.ts';
import {additionsKept} from './additions-kept.ts';
import {beginPlanned, freshState} from './planned-state.ts';
import {readManifest} from './read-manifest.ts';
import {readRun} from './read-run.ts';
import {changedSpec, refuseOtherWorld} from './resume-run.ts';
import {roundsOf} from './rounds-of.ts';
import type {RunOptions} from './run-options.ts';
import {runPathOf} from './run-path.ts';
import {pricesOf} from './run-prices.ts';
import {systemClock} from './system-clock.ts';

export type PlannedRun = {
	/** As it would be once a session has begun. */
	readonly state: RunState;
	readonly source: RequestSource;
	/** Null: there is no run yet. */
	readonly directory: string | null;
	readonly notices: readonly string[];
};

/** What a start of the spec would find and refuse, without creating, locking or changing anything. */
export async function plannedRun(spec: Spec, options: RunOptions): Promise<PlannedRun> {
	const folder = runPathOf(options.specPath, options.dir);
	const at = systemClock.now();
	const kind = kindOf(runDirectory(folder));
	if (kind === 'foreign') {
		throw new UserError(`${folder} is not a run directory.`, 'Name another folder with --dir.');
	}

	if (kind === 'new') {
		const source = openRequests(spec, await memoryInputs(spec));
		const state = freshState(source, at);
		beginPlanned(state, await pricesOf(spec), at);
		return {state, source, directory: null, notices: []};
	}

	const {state, directory, notices} = await readRun(folder, null);
	refuseOtherWorld(state, options, folder);
	const inputs = inputsPath(directory, state.epochs.length);
	const manifest = await readManifest(inputs);
	const after = await digestSpec(spec, manifest);
	const copy = await readSpecCopy(inputs);
	const now = openRequests(copy, inputFolder(inputs));
	const lines = openLineReader(directory.journal);
	const readEvent: ReadEvent = (offset, body) => decodeEvent(lines.read(offset), {body});
	let source: RequestSource = addedSource(now, state, copy.endpoint, readEvent);
	if (after.digest !== state.specDigest) {
		const before = await digestSpec(copy, manifest);
		if (!options.reinitMeta && !isRegrouped(before, after)) {
			throw changedSpec(spec, folder, describeChange(before, after));
		}

		const next = openRequests(spec, await memoryInputs(spec));
		const sides = {was: {spec: copy, source: now}, next: {spec, source: next}};
		const kept = matchRequests(sides.was, sides.next);
		reduce(
			state,
			{
				type: 'spec-changed',
				at,
				specDigest: after.digest,
				epoch: state.epochs.length + 1,
				count: next.count,
				queues: next.queues,
				kept,
				added: additionsKept({state, ...sides, kept, readEvent}),
				failedKinds: {},
			},
			state.journalEnd,
		);
		now.close();
		source = addedSource(next, state, spec.endpoint, readEvent);
	}

	const changed = changedSource(source, state);
	beginPlanned(state, await pricesOf({...spec, queues: changed.queues}), at);
	const asked = roundsSource(changed, state, roundsOf(spec, state, readEvent));
	return {state, source: asked, directory: folder, notices};
}

/** Those that a session would have to send: queued, waiting, or on their way when the last one was killed. */
export function openRequestsOf({columns, count, unjudged}: RunState, source: RequestSource): RequestSource {
	const open: number[] = [];
	const {queued, waiting, 'in-flight': inFlight} = statusCode;
	const codes = new Set([queued, waiting, inFlight]);
	for (let index = 0; index < count; index++) {
		if (codes.has(columns.status[index]!) && !unjudged.has(index)) {
			open.push(index);
		}
	}

	const at = (position: number) => open[position]!;
	return {
		count: open.length,
		queues: source.queues,
		queueOf: position => source.queueOf(at(position)),
		id: position => source.id(at(position)),
		expand: (position): Request => source.expand(at(position)),
		close: () => source.close(),
	};
}
