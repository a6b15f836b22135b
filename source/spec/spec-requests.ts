import type {RequestSource} from '../domain/request.ts';
import type {Axes} from './axes.ts';

/** The requests of a spec, and what the comparison with another spec needs to know of them. */
export type SpecRequests = RequestSource & {
	readonly axes: Axes;
	/** True when any row has an id of its own that names its request. */
	readonly hasIds: boolean;
	/** The row's own id, where it names the request. */
	ownId(index: number): string | null;
	/** What makes a request of a requests file this one, beside its name; absent where axes make the requests. */
	readonly matchKey?: (index: number) => string;
	/** The prompts of a spec that asks only what is made of them; else absent. */
	readonly originals?: SpecRequests;
};
