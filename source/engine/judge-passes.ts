import type {BatchOutcomes} from '../domain/batch-event.ts';
import {isBadPass, type Pass, passGuardReason, passOf, requestsPerPass} from '../domain/guard.ts';
import type {Lane} from '../domain/price.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';
import {judgePacking} from './judge-packing.ts';

type Judge = Pick<BatchLaneOptions, 'state' | 'settings' | 'record' | 'clock'>;

/**
 * Holds the direct lane against `guard.min_pass_ratio`, and stops the run when either lane did badly too often; and
 * holds packs against their audits.
 */
export function judgePasses(judge: Judge & Pick<BatchLaneOptions, 'rules'>): void {
	judgePacking(judge);
	const {state, settings, record, clock} = judge;
	const {finished, passed} = state.guard;
	if (finished >= requestsPerPass) {
		judgePass(judge, 'direct', {requests: finished, passed});
	}

	const reason = passGuardReason(state, settings.guard);
	if (reason !== null && mayGoOut(state)) {
		record({type: 'guard-tripped', at: clock.now(), reason});
	}
}

/** There is something left that a guard can keep from going out. What is in flight may come back for more. */
function mayGoOut({totals: {status}}: RunState): boolean {
	return status[statusCode.queued]! + status[statusCode.waiting]! + status[statusCode.batched]! > 0;
}

/** A batch was collected. */
export function judgeBatch(judge: Judge, outcomes: BatchOutcomes): void {
	const pass = passOf(outcomes);
	if (pass) {
		judgePass(judge, 'batch', pass);
	}
}

function judgePass({settings, record, clock}: Judge, lane: Lane, pass: Pass): void {
	const isBad = isBadPass(pass, settings.guard.minPassRatio);
	record({type: 'pass-judged', at: clock.now(), lane, ...pass, isBad});
}
