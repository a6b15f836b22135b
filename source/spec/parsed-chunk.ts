import type {InputRow} from './input-rows.ts';

/** A piece of a file and the rows that became complete with it. */
export type ParsedChunk = {readonly chunk: Buffer; readonly rows: readonly InputRow[]};
