import type {RunEvent} from '../domain/event.ts';
import type {Clock, SchemaCheck} from '../domain/ports.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RetrySettings} from '../domain/settings.ts';
import type {NewRequest} from '../domain/stage.ts';
import type {RunState} from '../domain/state.ts';
import type {Task, TaskRequest} from '../domain/task.ts';

export type BuiltRequest = {readonly request: Omit<NewRequest, 'parent'>} | {readonly problem: string};

export type TaskStageOptions = {
	readonly task: Task;
	readonly state: RunState;
	readonly source: Pick<RequestSource, 'id' | 'expand' | 'queueOf'>;
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
	/** Makes of what the user's code gave what is sent, or says why that cannot be. */
	readonly build: (request: TaskRequest) => BuiltRequest;
	readonly schemaCheck: SchemaCheck | null;
	readonly retry: RetrySettings;
	readonly random: () => number;
	readonly clock: Clock;
	/** False: answers are judged, but nothing new is pulled. */
	readonly pulls: boolean;
	/** `file:line` of the user's code in an error; null: unknown. */
	readonly placeOf: (error: unknown) => string | null;
	readonly log: (text: string) => void;
};
