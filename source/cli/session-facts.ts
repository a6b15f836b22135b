import os from 'node:os';
import process from 'node:process';
import type {RunEvent} from '../domain/event.ts';
import type {SessionOptions} from './session-options.ts';

/** What is on record at the start of a session, before any call leaves. */
export function sessionFacts(
	{state, settings, prices, unpause}: SessionOptions,
	at: number,
): readonly RunEvent[] {
	const started: RunEvent = {
		type: 'session-started',
		at,
		session: state.session.number + 1,
		pid: process.pid,
		host: os.hostname(),
		prices,
		concurrency: settings.rate.concurrency,
	};
	const isStopped = state.paused || state.guard.tripped !== null;
	return unpause && isStopped ? [started, {type: 'resumed', at}] : [started];
}
