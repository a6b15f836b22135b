import {withoutKeys} from '../api/known-keys.ts';
import {UserError, type UserErrorCode} from '../domain/user-error.ts';
import type {MarkChange, SetRequest} from '../view/chosen-set.ts';
import type {RecordForm} from '../view/record-text.ts';
import type {FaceCommand, RunEnd} from '../view/run.ts';
import type {RunSnapshot, WindowRequest} from '../view/snapshot.ts';

/** From the face's thread to the engine's. */
export type ToWorker =
	| {readonly type: 'command'; readonly command: FaceCommand}
	| {readonly type: 'look'; readonly window: WindowRequest}
	| {readonly type: 'mark'; readonly change: MarkChange}
	/** Answered by `answer` or `refusal` with the same `ask`. */
	| {readonly type: 'ask'; readonly ask: number; readonly question: Question};

/** What a face asks the engine's thread and waits for. */
export type Question =
	| {readonly type: 'detail'; readonly index: number}
	| {readonly type: 'record'; readonly index: number; readonly form: RecordForm}
	| {readonly type: 'choose'; readonly request: SetRequest}
	| {readonly type: 'export'; readonly set: number};

/** From the engine's thread to the face's: at most a few snapshots a second, never a message a request. */
export type FromWorker =
	| {readonly type: 'snapshot'; readonly snapshot: RunSnapshot}
	| {readonly type: 'answer'; readonly ask: number; readonly answer: unknown}
	| {readonly type: 'refusal'; readonly ask: number; readonly error: SentError}
	| {readonly type: 'finished'; readonly end: RunEnd}
	/** Nothing is at work any more; the sentences are about hooks that failed. */
	| {readonly type: 'settled'; readonly problems: readonly string[]}
	| {readonly type: 'failed'; readonly error: SentError};

/** An error as it crosses threads: classes do not survive the way, and keys must not. */
export type SentError = {
	readonly message: string;
	readonly stack: string;
	/** Set for a mistake of the user's. */
	readonly user: {readonly hint: string; readonly exitCode: UserErrorCode} | null;
};

export function packError(error: unknown): SentError {
	if (error instanceof UserError) {
		const {message, hint, exitCode} = error;
		return {message: withoutKeys(message), stack: '', user: {hint: withoutKeys(hint), exitCode}};
	}

	const {message, stack} = error instanceof Error ? error : new Error(String(error));
	return {message: withoutKeys(message), stack: withoutKeys(stack ?? message), user: null};
}

export function unpackError({message, stack, user}: SentError): Error {
	if (user) {
		return new UserError(message, user.hint, user.exitCode);
	}

	const error = new Error(message);
	error.stack = stack;
	return error;
}
