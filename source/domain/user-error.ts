/** Wrong usage, a run that is held by another instance, or a person who left before the run was open. */
export type UserErrorCode = 2 | 4 | 129 | 130 | 143;

/**
 * A mistake that the user can mend. The face prints `message` (one sentence that names file and line) and
 * `hint` (the fix), never a stack trace, and the process ends with `exitCode`.
 */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly hint: string;
	readonly exitCode: UserErrorCode;

	constructor(message: string, hint = '', exitCode: UserErrorCode = 2) {
		super(message);
		this.hint = hint;
		this.exitCode = exitCode;
	}
}
