import type {RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './binding.ts';
import type {Layout} from './layout.ts';
import type {Log} from './log.ts';
import type {OpenRequest} from './open-request.ts';
import type {UiState} from './ui-state.ts';

/** Everything that one frame is drawn from. */
export type ScreenModel = KeyContext & {
	/** Null until the run directory is open. */
	readonly snapshot: RunSnapshot | null;
	readonly ui: UiState;
	readonly layout: Layout;
	readonly request: OpenRequest;
	/** Set when the engine has stopped. */
	readonly end: RunEnd | null;
	readonly now: number;
	readonly log: Log;
};

/** How old the snapshot is: ages tick on between two of them. */
export function driftMs({snapshot, now}: ScreenModel): number {
	return snapshot ? Math.max(0, now - snapshot.at) : 0;
}

/** The elapsed time ticks on too, until the run is done. */
export function elapsedMs(model: ScreenModel): number {
	const {snapshot, end} = model;
	if (!snapshot) return 0;
	return snapshot.elapsedMs + (end || snapshot.phase === 'DONE' ? 0 : driftMs(model));
}
