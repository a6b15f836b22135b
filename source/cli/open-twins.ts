import type {RequestSource} from '../domain/request.ts';
import {type TwinTable, twinTableOf} from '../domain/twin-table.ts';
import {findTwins} from '../spec/find-twins.ts';
import type {Spec} from '../spec/spec.ts';
import {readTwins, writeTwins} from '../store/twins-file.ts';

/**
 * Which requests of a spec ask the same; null where it does not want that known. Looking costs about as much as
 * checking all rows, so it is done once: what was found is kept beside the inputs, unless nothing may be written.
 */
export async function openTwins(
	{dedupe}: Pick<Spec, 'dedupe'>,
	source: RequestSource,
	inputs: string,
	{mayWrite}: {readonly mayWrite: boolean},
): Promise<TwinTable | null> {
	if (!dedupe) {
		return null;
	}

	const known = readTwins(inputs, source.count);
	const before = known ?? findTwins(source);
	if (known === null && mayWrite) {
		await writeTwins(inputs, before);
	}

	return twinTableOf(before);
}

export function sparedText(spared: number, count: number): string {
	return `dedupe: ${spared} of ${count} requests ask what another asks, and get its answer.`;
}
