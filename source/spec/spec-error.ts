import {UserError} from '../domain/user-error.ts';

/** A mistake with its place: the sentence begins with it. `problem` has no full stop, `fix` is a sentence. */
export function specError(where: string, problem: string, fix: string): UserError {
	return new UserError(`${where}: ${problem}.`, fix);
}
