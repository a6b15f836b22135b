import {isOpen} from '../domain/batch.ts';
import type {RunState} from '../domain/state.ts';
import type {QueueLane} from './lane-view.ts';

/** The expiry of the last open batch: `none` without batches, null while some have yet to be submitted. */
export function batchesUntil({batches}: RunState, lanes: readonly QueueLane[]): number | 'none' | null {
	const open = [...batches.values()].filter(isOpen);
	if (lanes.some(({lane, open: requests}) => lane !== 'direct' && requests > 0)) {
		return null;
	}

	if (open.length === 0) {
		return 'none';
	}

	return open.some(({expiresAt}) => expiresAt === null)
		? null
		: Math.max(...open.map(({expiresAt}) => expiresAt ?? 0));
}
