import type {Status} from '../domain/state.ts';
import type {RequestDetail} from '../view/request-detail.ts';
import type {Line} from './line.ts';

/** What the screen knows of the request under the cursor. */
export type OpenRequest = {
	readonly id: string | null;
	readonly status: Status | null;
	/** Null until it was read from the disk. */
	readonly detail: RequestDetail | null;
	/** What to say while there is no detail. */
	readonly note: string;
	/** The shown tab, broken into lines; empty while the pane does not show one. */
	readonly lines: readonly Line[];
};
