import os from 'node:os';
import process from 'node:process';
import {worstCase} from '../domain/estimate.ts';
import type {RunEvent} from '../domain/event.ts';
import type {SessionOptions} from './session.ts';

/** What is on record at the start of a session, before any call leaves. */
export function sessionFacts(options: SessionOptions, at: number): readonly RunEvent[] {
	const {state, settings, prices} = options;
	const facts: RunEvent[] = [];
	const killed = [...state.inFlight.keys()];
	if (killed.length > 0) {
		facts.push({
			type: 'attempts-lost',
			at,
			indexes: killed,
			reason: 'killed',
			maybeBilledPico: Number(killed.reduce((sum, index) => sum + costOfLost(options, index), 0n)),
			maybeBilledCalls: killed.length,
		});
	}

	facts.push({
		type: 'session-started',
		at,
		session: state.session.number + 1,
		pid: process.pid,
		host: os.hostname(),
		prices,
		concurrency: settings.rate.concurrency,
	});
	if (options.unpause && state.paused) {
		facts.push({type: 'resumed', at});
	}

	return facts;
}

function costOfLost({state, source, prices}: SessionOptions, index: number): bigint {
	const queue = state.inFlight.get(index)?.queue ?? source.queueOf(index);
	return worstCase(source.expand(index).body, prices[queue] ?? null);
}
