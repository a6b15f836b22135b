import {judgeStageName} from '../domain/judge.ts';
import type {RequestSource} from '../domain/request.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {StageRules} from '../engine/attempt.ts';
import {createJudgeStage} from '../engine/judge-stage.ts';
import type {Spec} from '../spec/spec.ts';
import type {SessionStore} from './session-options.ts';

export type JudgeParts = {
	readonly spec: Spec;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly store: Pick<SessionStore, 'readEvent'>;
};

/** The judges as a stage of the run. What they say need not be what the spec's schema wants of an answer. */
export function startJudge({spec, state, source, store}: JudgeParts): {
	readonly stages: readonly Stage[];
	readonly byStage: ReadonlyMap<string, StageRules>;
} {
	const {judging, endpoint} = spec;
	if (judging === null) {
		return {stages: [], byStage: new Map()};
	}

	const {readEvent} = store;
	const stage = createJudgeStage({judging, state, source, readEvent, endpoint});
	const answer = {...spec.answer, structured: false, onTruncated: 'keep'} as const;
	return {stages: [stage], byStage: new Map([[judgeStageName, {answer, schemaCheck: null, judges: false}]])};
}
