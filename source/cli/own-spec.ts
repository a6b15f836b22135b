import type {RunState} from '../domain/state.ts';
import {readSpecCopy} from '../spec/read-spec.ts';
import type {Spec} from '../spec/spec.ts';
import {inputsPath} from '../store/inputs-writer.ts';
import type {RunDirectory} from '../store/run-directory.ts';

/** The spec as the run has it, whatever became of the one that it was made from. */
export async function ownSpec(
	directory: RunDirectory,
	{epochs}: RunState,
	set: readonly string[] = [],
): Promise<Spec> {
	return readSpecCopy(inputsPath(directory, epochs.length), {set});
}
