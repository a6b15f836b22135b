import type {ActionName} from './binding.ts';

export type MoveName = Extract<
	ActionName,
	| `next-${'row' | 'page' | 'half-page'}`
	| `previous-${'row' | 'page' | 'half-page'}`
	| 'first-row'
	| 'last-row'
>;

const moves: ReadonlySet<ActionName> = new Set<MoveName>([
	...(['next-row', 'next-page', 'next-half-page', 'last-row'] as const),
	...(['previous-row', 'previous-page', 'previous-half-page', 'first-row'] as const),
]);

export function isMove(action: ActionName): action is MoveName {
	return moves.has(action);
}

/** Where a move leads from a line or row. */
export function moved(from: number, move: MoveName, pageRows: number): number {
	const page = Math.max(1, pageRows - 1);
	const half = Math.max(1, Math.floor(pageRows / 2));
	switch (move) {
		case 'next-row':
			return from + 1;
		case 'previous-row':
			return from - 1;
		case 'next-page':
			return from + page;
		case 'previous-page':
			return from - page;
		case 'next-half-page':
			return from + half;
		case 'previous-half-page':
			return from - half;
		case 'first-row':
			return 0;
		case 'last-row':
			return Number.MAX_SAFE_INTEGER;
	}
}
