/**
 * A mistake that the user can mend. The face prints `message` (one sentence that names file and line) and
 * `hint` (the fix), never a stack trace, and the process ends with `exitCode`.
 */
export class UserError extends Error {
	override readonly name = 'UserError';
	readonly hint: string;
	readonly exitCode: 2 | 4;

	constructor(message: string, hint = '', exitCode: 2 | 4 = 2) {
		super(message);
		this.hint = hint;
		this.exitCode = exitCode;
	}
}
