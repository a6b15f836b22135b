import type {RequestSource} from '../domain/request.ts';
import type {RunState} from '../domain/state.ts';
import type {SpecSource} from '../store/row-reader.ts';

export type OpenedRequests = {
	readonly state: RunState;
	/** As the spec and its stages have them. */
	readonly source: RequestSource;
	/** The accepted specs in order; the last is the one that holds. */
	readonly specs: readonly SpecSource[];
};
