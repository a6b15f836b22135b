import type {AddedRequest, AnswerAccepted, AnswerRefused} from './added-event.ts';
import type {RunEvent} from './event.ts';

/**
 * A part of a run that watches it and adds requests while it goes on: a task's own code, a judge of the answers. The
 * run is over when every request has its outcome and no stage is open.
 */
export type Stage = {
	/** In lower case; it names the stage's ceilings and stands on record with each of its requests. */
	readonly name: string;
	/** The loop has begun. What was on record before is in the state; whatever is added from here on is sent. */
	begin(port: StagePort): void;
	/** Every fact, in order, some time after the state took it in and before the next calls are planned. */
	observe(event: RunEvent): void;
	/** It may still add requests, or has answers to judge. Asked every turn. */
	isOpen(): boolean;
	/** Nothing that it adds or records is taken any more. */
	stop(): void;
};

export type NewRequest = AddedRequest & {
	/** Position in the queues of the run. */
	readonly queue: number;
	readonly parent: string | null;
};

export type StagePort = {
	now(): number;
	/** Puts a request on record, and into its queue. Returns its index. */
	add(request: NewRequest): number;
	/** The verdict on an answer that stands unjudged. */
	judge(verdict: Omit<AnswerAccepted, 'at'> | Omit<AnswerRefused, 'at'>): void;
	/** Stops the run until a person goes on. */
	fail(reason: string): void;
	/** Resolves when everything on record so far has been handed to the operating system. */
	written(): Promise<void>;
	/** Something changed that is no fact: `isOpen` may answer otherwise. */
	askForTurn(): void;
};
