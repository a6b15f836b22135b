import type {KeptRange, RunEvent} from '../domain/event.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import {type MatchSide, matchRequests} from '../spec/match-requests.ts';
import type {SpecRequests} from '../spec/spec-requests.ts';

export type AdditionsOptions = {
	/** Before the change. */
	readonly state: RunState;
	readonly was: MatchSide;
	readonly next: MatchSide;
	/** The requests of the spec that stay. */
	readonly kept: readonly KeptRange[];
	readonly readEvent: (offset: number, body: boolean) => RunEvent | null;
};

/**
 * Which of the requests that stages added stay when the spec changes, as positions among them. A verdict, or a prompt
 * in other words, names what it is about by an id. Where that request left the spec, or is called otherwise now, it
 * would speak of another one: it leaves too, and what is there now is asked about anew.
 */
export function additionsKept({
	state,
	was,
	next,
	kept,
	readEvent,
}: AdditionsOptions): readonly (readonly [start: number, length: number])[] {
	const added = Array.from({length: state.count - state.added.from}, (_, position) => {
		const event = readEvent(state.added.offset[position]!, false);
		if (event?.type !== 'request-added') {
			throw new Error(`the journal line that holds request ${state.added.from + position} is damaged`);
		}

		return {id: event.id, parent: event.parent};
	});
	const staying = stayingParents(new Set(added.map(({parent}) => parent)), promptsKept(was, next, kept));
	const ranges: [start: number, length: number][] = [];
	for (const [position, {id, parent}] of added.entries()) {
		// What came of an addition comes behind it.
		if (parent === null || staying.has(parent)) {
			staying.add(id);
			const last = ranges.at(-1);
			if (last && last[0] + last[1] === position) {
				last[1]++;
			} else {
				ranges.push([position, 1]);
			}
		}
	}

	return ranges;
}

type Prompts = {
	readonly was: Pick<RequestSource, 'id'>;
	readonly next: Pick<RequestSource, 'id'>;
	readonly kept: readonly KeptRange[];
};

/** What is said in other words is a prompt of the spec, also where it is not asked itself. */
function promptsKept(was: MatchSide, next: MatchSide, kept: readonly KeptRange[]): Prompts {
	const [before, after] = [was, next].map(({source}) => source.originals ?? source) as [
		SpecRequests,
		SpecRequests,
	];
	const areAsked = before === was.source && after === next.source;
	return {
		was: before,
		next: after,
		kept: areAsked ? kept : matchRequests({...was, source: before}, {...next, source: after}),
	};
}

/** Ids of the spec's requests that name the same request as before. */
function stayingParents(parents: ReadonlySet<string | null>, {was, next, kept}: Prompts): Set<string> {
	const staying = new Set<string>();
	if (parents.size === 0) {
		return staying;
	}

	for (const [from, before, length] of kept) {
		for (let step = 0; step < length; step++) {
			const id = was.id(before + step);
			if (parents.has(id) && next.id(from + step) === id) {
				staying.add(id);
			}
		}
	}

	return staying;
}
