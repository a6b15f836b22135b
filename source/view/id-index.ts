import type {RequestSource} from '../domain/request.ts';

/** The ids of a run's requests in lower case, read from the disk in pieces and kept. */
export type IdIndex = {
	/** The pieces that hold this request's id are there: `at` and the tests read nothing. */
	has(index: number): boolean;
	at(index: number): string;
	/** Reads the piece that holds it. */
	load(index: number): void;
	/** A test whether an id contains a text, which is in lower case. Asked for requests that `has` knows. */
	containing(text: string): (index: number) => boolean;
};

/** A piece is one string: a million small ones would cost four times the memory. */
const pieceSize = 256;

/** The last one holds fewer, and is read again when requests were added. */
type Piece = {readonly text: string; readonly starts: Uint32Array; readonly size: number};

/** Decimal ids follow from the index: nothing is read or kept. `hasIds` false: all are. */
export function createIdIndex(
	source: Pick<RequestSource, 'id' | 'hasIds'>,
	state: {readonly count: number},
): IdIndex {
	const pieces: (Piece | undefined)[] = [];
	const isDecimal = source.hasIds === false;

	function has(index: number): boolean {
		return isDecimal || index % pieceSize < (pieces[Math.floor(index / pieceSize)]?.size ?? 0);
	}

	function load(index: number): void {
		if (has(index)) {
			return;
		}

		const number = Math.floor(index / pieceSize);

		const first = number * pieceSize;
		const size = Math.min(pieceSize, state.count - first);
		const starts = new Uint32Array(size + 1);
		let text = '';
		for (let step = 0; step < size; step++) {
			// A match across two ids is found out by the look at the one.
			text += `${source.id(first + step).toLowerCase()}\n`;
			starts[step + 1] = text.length;
		}

		pieces[number] = {text, starts, size};
	}

	function at(index: number): string {
		if (isDecimal) {
			return String(index);
		}

		load(index);
		const {text, starts} = pieces[Math.floor(index / pieceSize)]!;
		const step = index % pieceSize;
		return text.slice(starts[step], starts[step + 1]! - 1);
	}

	return {
		has,
		at,
		load,
		containing(wanted) {
			if (isDecimal) {
				return /^\d+$/.test(wanted) ? index => String(index).includes(wanted) : () => false;
			}

			// Most pieces hold none: a look at the whole piece answers for all its ids.
			let last: Piece | null = null;
			let isThere = false;
			return index => {
				const piece = pieces[Math.floor(index / pieceSize)]!;
				if (piece !== last) {
					last = piece;
					isThere = piece.text.includes(wanted);
				}

				return isThere && at(index).includes(wanted);
			};
		},
	};
}
