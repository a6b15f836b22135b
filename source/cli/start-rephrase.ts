import type {RequestSource} from '../domain/request.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {StageRules} from '../engine/attempt.ts';
import {createRephraseStages, rephraseStageName} from '../engine/rephrase-stage.ts';
import {inputFolder} from '../spec/input-folder.ts';
import {openOriginals} from '../spec/open-requests.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import {openRunDirectory} from '../store/run-directory.ts';
import type {SessionStore} from './session-options.ts';

export type RephraseParts = {
	readonly spec: Spec;
	readonly directory: string;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly store: Pick<SessionStore, 'readEvent'>;
};

/** Those that rephrase the prompts, as stages of the run. Other words need not be what the spec's schema wants. */
export function startRephrase({spec, directory, state, source, store}: RephraseParts): {
	readonly stages: readonly Stage[];
	readonly byStage: ReadonlyMap<string, StageRules>;
} {
	const {rephrasing, endpoint} = spec;
	if (rephrasing === null) {
		return {stages: [], byStage: new Map()};
	}

	const {readEvent} = store;
	const inputs = inputsPath(openRunDirectory(directory), state.epochs.length);
	const originals = openOriginals(spec, inputFolder(inputs));
	const stages = createRephraseStages({rephrasing, state, source, originals, readEvent, endpoint});
	const answer = {...spec.answer, structured: false, onTruncated: 'keep'} as const;
	return {stages, byStage: new Map([[rephraseStageName, {answer, schemaCheck: null, judges: false}]])};
}
