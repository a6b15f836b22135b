import type {Usage} from './price.ts';
import type {CallPart} from './sharing.ts';

/** Figures that stand without names on a journal line. */
export type Tokens = readonly [input: number, output: number, cached?: number];
export type CallFigures = readonly [id: string, size: number, position: number, most?: number];

export function callFigures({id, size, position, most}: CallPart): CallFigures {
	return most === undefined ? [id, size, position] : [id, size, position, most];
}

export function decodeCall([id, size, position, most]: CallFigures): CallPart {
	return most === undefined ? {id, size, position} : {id, size, position, most};
}

export function decodeUsage(tokens: Tokens | undefined): Usage | null {
	return tokens ? {input: tokens[0], cached: tokens[2] ?? 0, output: tokens[1]} : null;
}
