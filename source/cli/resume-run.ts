import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import {describeChange} from '../spec/describe-change.ts';
import {digestSpec} from '../spec/digest-spec.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {openRequests, type SpecRequests} from '../spec/open-requests.ts';
import {readSpecCopy} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {loadState} from '../store/load-state.ts';
import {acceptChange} from './accept-change.ts';
import {createRun} from './create-run.ts';
import {lostAttempts} from './lost-attempts.ts';
import {type RunFiles, recordFact} from './open-run.ts';
import {readManifest} from './read-manifest.ts';
import type {RunOptions} from './run-options.ts';
import {systemClock} from './system-clock.ts';

export type OpenedRequests = {
	readonly state: RunState;
	readonly source: RequestSource;
	/** The requests as an accepted spec had them, counted from 1: results keep what was really sent. */
	readonly sourceAt: (epoch: number) => Promise<RequestSource>;
};

/** Opens an existing run and refuses it when it is not the run of this spec. */
export async function resumeRun(spec: Spec, options: RunOptions, files: RunFiles): Promise<OpenedRequests> {
	const {directory, journal, stateFile, onNotice} = files;
	const state = await loadState(directory, stateFile, {readOnly: false, onNotice});
	if (state.runId === '') {
		return createRun(spec, options, files);
	}

	refuseOtherWorld(state, options, directory.path);
	const inputs = inputsPath(directory, state.epochs.length);
	const manifest = await readManifest(inputs);
	const after = await digestSpec(spec, manifest);
	const isSame = after.digest === state.specDigest;
	// Unchanged, the spec at hand says the same as its copy, and need not be read twice.
	const source = openRequests(isSame ? spec : await readSpecCopy(inputs), inputFolder(inputs));
	const sourceAt = sourcesOf(files);
	const lost = lostAttempts(state, source, systemClock.now());
	if (lost) {
		recordFact(state, journal, lost);
	}

	if (isSame) {
		return {state, source, sourceAt};
	}

	const copy = await readSpecCopy(inputs);
	if (!options.reinitMeta) {
		const change = describeChange(await digestSpec(copy, manifest), after);
		throw new UserError(
			`${spec.path} is not the spec that ${directory.path} was made from:\n  ${change.join('\n  ')}`,
			'Undo the change, accept it with --reinit-meta (results are kept), or name another run directory with --dir.',
		);
	}

	return {
		state,
		source: await acceptChange({spec, digest: after.digest, copy, source, state, files}),
		sourceAt,
	};
}

function refuseOtherWorld({simulated}: RunState, {simulate}: RunOptions, directory: string): void {
	if (simulated !== null && simulate === null) {
		throw new UserError(
			`${directory} is a simulated run.`,
			'Go on with it with --simulate, or start the real one in another folder with --dir.',
		);
	}

	if (simulated === null && simulate !== null) {
		throw new UserError(
			`${directory} is a real run, and --simulate would put invented answers into it.`,
			'Rehearse in another folder with --dir.',
		);
	}
}

/** Opens each older spec once, when a result that was made under it is written. */
function sourcesOf({directory}: RunFiles): OpenedRequests['sourceAt'] {
	const opened = new Map<number, Promise<SpecRequests>>();
	return async epoch => {
		const known = opened.get(epoch);
		if (known) {
			return known;
		}

		const folder = inputsPath(directory, epoch);
		const opening = readSpecCopy(folder).then(copy => openRequests(copy, inputFolder(folder)));
		opened.set(epoch, opening);
		return opening;
	};
}
