import type {Usage} from './price.ts';
import type {CallPart} from './sharing.ts';

/** Figures that stand without names on a journal line. */
export type Tokens = readonly [input: number, output: number, cached?: number];
/** The last one is `most` of a failure, `alone` of an answer. */
export type CallFigures = readonly [id: string, size: number, position: number, more?: number];

export function callFigures({id, size, position, most, alone}: CallPart): CallFigures {
	const more = most ?? alone;
	return more === undefined ? [id, size, position] : [id, size, position, more];
}

export function decodeCall(figures: CallFigures, name: 'most' | 'alone'): CallPart {
	const [id, size, position, more] = figures;
	return more === undefined ? {id, size, position} : {id, size, position, [name]: more};
}

export function decodeUsage(tokens: Tokens | undefined): Usage | null {
	return tokens ? {input: tokens[0], cached: tokens[2] ?? 0, output: tokens[1]} : null;
}
