import {mostConcurrency} from '../domain/concurrency-step.ts';
import type {Phase} from '../view/phase-name.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {KeyContext} from './binding.ts';

export function hasRows({snapshot}: KeyContext): true | string {
	return (snapshot?.rows.total ?? 0) > 0 || 'there is no request yet';
}

export function canPause({snapshot, isReadonly}: KeyContext): true | string {
	if (isReadonly) return 'this screen only watches (--readonly)';
	switch (snapshot?.phase) {
		case undefined:
		case 'STARTING':
			return 'the run is not open yet';
		case 'DONE':
			return 'the run is done';
		case 'DRAINING':
			return 'the run is ending: esc goes on with it';
		default:
			return true;
	}
}

/** Requests can be acted on when all have their outcome too: what failed goes again. */
export function canAct(context: KeyContext): true | string {
	return context.snapshot?.phase === 'DONE' && !context.isReadonly ? true : canPause(context);
}

export function canWipe(context: KeyContext): true | string {
	const steer = canAct(context);
	if (steer !== true) return steer;
	return (context.snapshot?.counts.failed ?? 0) > 0 || 'no request has failed';
}

export function canForce(context: KeyContext): true | string {
	const canSteer = canPause(context);
	if (canSteer !== true || context.snapshot?.hasBatchLane) return canSteer;
	return `everything goes direct already: ${context.snapshot?.laneReasons[0]?.why ?? 'there is no batch lane'}`;
}

export function canRaise(context: KeyContext): true | string {
	const canSteer = canPause(context);
	const obstacle = context.snapshot?.cost.ceilingObstacle ?? null;
	return canSteer !== true || obstacle === null ? canSteer : `no ceiling can be kept, as ${obstacle}`;
}

export function canWiden(context: KeyContext): true | string {
	const canSteer = canPause(context);
	const isMost = (context.snapshot?.inFlight.concurrency ?? 0) >= mostConcurrency;
	return canSteer === true && isMost ? '10,000 calls at once are the most' : canSteer;
}

export function canNarrow(context: KeyContext): true | string {
	const canSteer = canPause(context);
	const isLeast = context.snapshot?.inFlight.concurrency === 1;
	return canSteer === true && isLeast ? 'one call at once is the least; p pauses' : canSteer;
}

/** Phases that a person ends with `p`. */
const halts: ReadonlySet<Phase> = new Set<Phase>(['PAUSED', 'HELD', 'GUARD', 'CEILING']);

/** Whether `p` lets the run go on rather than pause it. */
export function isHalted(snapshot: RunSnapshot | null): boolean {
	return snapshot !== null && (snapshot.paused || halts.has(snapshot.phase));
}
