import type {DataPath} from './yaml-source.ts';

/** Where a value of the spec is from, for messages: its place in the file, or the flag that overrides it. */
export type SpecSource = {
	/** The spec after overrides. */
	readonly data: unknown;
	/** `spec.yaml:LINE:COLUMN`, or `--set key=value`. */
	where(path: DataPath, part?: 'key' | 'value'): string;
	/** Orders places: flags before the file, the file from its top. */
	rank(path: DataPath, part?: 'key' | 'value'): number;
};
