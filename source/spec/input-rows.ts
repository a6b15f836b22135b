import type {JsonObject} from '../domain/request.ts';

/** A record of a file of rows. */
export type InputRow = {
	readonly row: JsonObject;
	/** 1-based line on which it begins. */
	readonly line: number;
	/** Byte offset at which it begins; -1 where the file's own lines cannot serve as rows. */
	readonly start: number;
};

/** Takes a file chunk by chunk and gives the rows that are complete. Throws a UserError that names the line. */
export type RowParser = {
	push(chunk: Buffer): Promise<readonly InputRow[]>;
	end(): Promise<readonly InputRow[]>;
};

/** A row that is longer than this is a broken file, not a row. */
export const longestRowBytes = 16_000_000;
