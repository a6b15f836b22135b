import {parseJson} from './verdict.ts';

/** What the answer of a pack says about one item. */
export type ItemAnswer =
	| {readonly kind: 'one'; readonly answer: unknown; readonly isConfident: boolean | null}
	/** Answered more than once, and not alike: nobody can tell which is meant. */
	| {readonly kind: 'several'};

export type PackAnswer =
	| {readonly kind: 'read'; readonly byId: ReadonlyMap<string, ItemAnswer>}
	| {readonly kind: 'bad'; readonly problem: string};

/**
 * Sorts the entries of a pack's answer by id. Their order means nothing; ids that were not asked for are of nobody
 * and dropped.
 */
export function readPackAnswer(text: string, ids: ReadonlySet<string>): PackAnswer {
	const parsed = parseJson(text);
	if (parsed === undefined) {
		return {kind: 'bad', problem: 'the answer of the pack is not JSON'};
	}

	const entries = (parsed as {answers?: unknown} | null)?.answers;
	if (!Array.isArray(entries)) {
		return {kind: 'bad', problem: 'the answer of the pack has no list `answers`'};
	}

	const byId = new Map<string, ItemAnswer>();
	for (const entry of entries as readonly unknown[]) {
		const {id: written, answer, confident} = (entry ?? {}) as {[key: string]: unknown};
		// A server that is not held to the schema may write a number.
		const id = String(written);
		if (!ids.has(id) || answer === undefined) {
			continue;
		}

		const known = byId.get(id);
		const isRepeat = known?.kind === 'one' && JSON.stringify(known.answer) === JSON.stringify(answer);
		const isConfident = typeof confident === 'boolean' ? confident : null;
		if (!isRepeat) {
			byId.set(id, known ? {kind: 'several'} : {kind: 'one', answer, isConfident});
		}
	}

	return byId.size === 0
		? {kind: 'bad', problem: 'the answer of the pack names none of its items'}
		: {kind: 'read', byId};
}
