import {stoppedPackings} from '../domain/packing.ts';
import type {BatchLaneOptions} from './batch-lane-options.ts';

/** Switches packing off for queues whose audited answers agree too seldom. */
export function judgePacking({
	state,
	rules,
	record,
	clock,
}: Pick<BatchLaneOptions, 'state' | 'rules' | 'record' | 'clock'>): void {
	for (const fact of stoppedPackings(state.queues, rules.minAgreement, clock.now())) {
		record(fact);
	}
}
