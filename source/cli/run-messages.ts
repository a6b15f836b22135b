import type {RunCommand} from '../domain/command.ts';
import {UserError, type UserErrorCode} from '../domain/user-error.ts';
import type {RequestDetail} from '../view/request-detail.ts';
import type {RunEnd} from '../view/run.ts';
import type {RunSnapshot, WindowRequest} from '../view/snapshot.ts';

/** From the face's thread to the engine's. */
export type ToWorker =
	| {readonly type: 'command'; readonly command: RunCommand}
	| {readonly type: 'look'; readonly window: WindowRequest}
	| {readonly type: 'read-detail'; readonly ask: number; readonly index: number};

/** From the engine's thread to the face's: at most a few snapshots a second, never a message a request. */
export type FromWorker =
	| {readonly type: 'snapshot'; readonly snapshot: RunSnapshot}
	| {readonly type: 'detail'; readonly ask: number; readonly detail: RequestDetail}
	| {readonly type: 'detail-failed'; readonly ask: number; readonly message: string}
	| {readonly type: 'finished'; readonly end: RunEnd}
	| {readonly type: 'failed'; readonly error: SentError};

/** An error as it crosses threads: classes do not survive the way. */
export type SentError = {
	readonly message: string;
	readonly stack: string;
	/** Set for a mistake of the user's. */
	readonly user: {readonly hint: string; readonly exitCode: UserErrorCode} | null;
};

export function packError(error: unknown): SentError {
	if (error instanceof UserError) {
		return {message: error.message, stack: '', user: {hint: error.hint, exitCode: error.exitCode}};
	}

	const {message, stack} = error instanceof Error ? error : new Error(String(error));
	return {message, stack: stack ?? message, user: null};
}

export function unpackError({message, stack, user}: SentError): Error {
	if (user) {
		return new UserError(message, user.hint, user.exitCode);
	}

	const error = new Error(message);
	error.stack = stack;
	return error;
}
