import type {Request} from './request.ts';
import type {Sharing} from './sharing.ts';

/** Where the requests of one queue come from, in order. */
export type GatherSource = {
	/** Takes the next from the agenda; null when none may start now. */
	readonly draw: () => number | null;
	/** Puts one back where it was. */
	readonly giveBack: (index: number) => void;
	/** As it would be sent now. */
	readonly requestOf: (index: number) => Request;
	/** Members that its call may have. */
	readonly mostOf: (index: number) => number;
	/** False once it is not to be sent any more. */
	readonly isOpen: (index: number) => boolean;
};

/** Puts the requests of a queue together that share a call. */
export type Gatherer = {
	/** The members of the next call, taken from the agenda; null when there is none. */
	next(): readonly Request[] | null;
	/** They cannot start now. */
	putBack(members: readonly Request[]): void;
	/** They are too many for what a ceiling leaves: puts the second half back. */
	halve(members: readonly Request[]): readonly Request[];
	/** An event put them on the agenda again. */
	forget(members: readonly Request[]): void;
	/** Gives back what was drawn and belongs to no call. */
	close(): void;
};

/** So many of other keys are passed over in the search for members. */
const mostAside = 200;

type Drawn = {readonly request: Request; readonly key: string | null};

/** `sharing` null: every call has one member. */
export function createGatherer(sharing: Sharing | null, source: GatherSource): Gatherer {
	const seen = new Set<number>();
	let aside: Drawn[] = [];

	function draw(): Drawn | null {
		for (let index = source.draw(); index !== null; index = source.draw()) {
			// One that came back twice stands on the agenda twice.
			if (!seen.has(index)) {
				seen.add(index);
				const request = source.requestOf(index);
				return {request, key: sharing?.keyOf(request) ?? null};
			}
		}

		return null;
	}

	function nextLead(): Drawn | null {
		for (let drawn = aside.shift(); drawn; drawn = aside.shift()) {
			if (source.isOpen(drawn.request.index)) {
				return drawn;
			}
		}

		return draw();
	}

	function next(): readonly Request[] | null {
		const lead = nextLead();
		if (lead === null) {
			return null;
		}

		const members = [lead.request];
		let most = lead.key === null ? 1 : source.mostOf(lead.request.index);
		if (sharing === null || most <= 1) {
			return members;
		}

		const call = sharing.begin(lead.request, most);
		let isFull = false;
		const takesIn = ({request, key}: Drawn): boolean => {
			const mostOfIt = source.mostOf(request.index);
			if (isFull || key !== lead.key || members.length >= Math.min(most, mostOfIt)) {
				return false;
			}

			if (!call.add(request)) {
				isFull = true;
				return false;
			}

			most = Math.min(most, mostOfIt);
			members.push(request);
			isFull = members.length >= most;
			return true;
		};

		aside = aside.filter(drawn => source.isOpen(drawn.request.index) && !takesIn(drawn));
		while (!isFull && aside.length < mostAside) {
			const drawn = draw();
			if (drawn === null) {
				break;
			}

			if (!takesIn(drawn)) {
				aside.push(drawn);
			}
		}

		return members;
	}

	function forget(members: readonly Request[]): void {
		for (const {index} of members) {
			seen.delete(index);
		}
	}

	function putBack(members: readonly Request[]): void {
		forget(members);
		for (const {index} of members) {
			source.giveBack(index);
		}
	}

	return {
		next,
		putBack,
		halve(members) {
			const kept = Math.ceil(members.length / 2);
			putBack(members.slice(kept));
			return members.slice(0, kept);
		},
		forget,
		close() {
			const left = aside;
			aside = [];
			putBack(left.map(({request}) => request));
		},
	};
}
