import {pathToFileURL} from 'node:url';
import type {RequestSource} from '../domain/request.ts';
import type {Stage} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {Task} from '../domain/task.ts';
import type {StageRules} from '../engine/attempt.ts';
import {createTaskStage, taskStageName} from '../engine/task-stage.ts';
import {loadTask} from '../spec/load-task.ts';
import {placeInModule} from '../spec/own-module.ts';
import type {Spec} from '../spec/spec.ts';
import {createTaskRequests} from '../spec/task-requests.ts';
import {resolveTaskImport} from './resolve-task-import.ts';
import type {SessionStore} from './session-options.ts';
import {systemClock} from './system-clock.ts';

/** The module of a spec's task; null without one. Whatever is wrong with it is found before anything is created. */
export async function taskOf({task}: Pick<Spec, 'task'>): Promise<Task | null> {
	if (task === null) {
		return null;
	}

	resolveTaskImport();
	return loadTask(task);
}

export type StartedTask = {
	readonly stages: readonly Stage[];
	readonly byStage: ReadonlyMap<string, StageRules>;
};

export type TaskParts = {
	readonly spec: Spec;
	readonly task: Task | null;
	readonly state: RunState;
	readonly source: RequestSource;
	readonly store: Pick<SessionStore, 'readEvent'>;
	readonly onlyProcess: boolean;
	readonly log: (text: string) => void;
};

/** The task as a stage of the run, and the rules for the answers to its requests. */
export function startTask({spec, task, state, source, store, onlyProcess, log}: TaskParts): StartedTask {
	// Also where no code is at hand, as in a wipe: what comes in meanwhile waits for it.
	const {answer, schemaCheck} = spec;
	const byStage = new Map(spec.grows ? [[taskStageName, {answer, schemaCheck, judges: true}]] : []);
	if (task === null || spec.task === null) {
		return {stages: [], byStage};
	}

	const {path} = spec.task;
	const stage = createTaskStage({
		task,
		state,
		source,
		readEvent: store.readEvent,
		build: createTaskRequests(spec),
		schemaCheck: spec.schemaCheck,
		retry: spec.settings.retry,
		random: Math.random,
		clock: systemClock,
		pulls: !onlyProcess,
		placeOf: error => placeInModule(error, pathToFileURL(path).href) ?? null,
		log,
	});
	return {stages: [stage], byStage};
}
