/**
 * A mistake that the user can mend. The face prints `message` (one sentence that names file and line) and
 * `hint` (the fix), never a stack trace, and the process ends with `exitCode`.
 */
export class UserError extends Error {
	override readonly name = 'UserError';

	constructor(
		message: string,
		readonly hint = '',
		readonly exitCode: 2 | 4 = 2,
	) {
		super(message);
	}
}
