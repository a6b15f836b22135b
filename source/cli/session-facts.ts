import os from 'node:os';
import process from 'node:process';
import {chooseSample} from '../domain/choose-sample.ts';
import type {RunEvent} from '../domain/event.ts';
import {journalVersion} from '../domain/event-line.ts';
import {isOpen} from '../domain/open-count.ts';
import {isSampling} from '../domain/sample.ts';
import type {SessionOptions} from './session-options.ts';
import {toolVersion} from './tool-version.ts';

/** What is on record at the start of a session, before any call leaves. */
export function sessionFacts(
	options: SessionOptions,
	isParked: ((index: number) => boolean) | null,
	at: number,
): readonly RunEvent[] {
	const {state, settings, prices} = options;
	const started: RunEvent = {
		type: 'session-started',
		at,
		journal: journalVersion,
		session: state.session.number + 1,
		toolVersion,
		pid: process.pid,
		host: os.hostname(),
		prices,
		concurrency: settings.rate.concurrency,
	};
	const resumed: readonly RunEvent[] = isToldToGoOn(options) ? [{type: 'resumed', at}] : [];
	return [started, ...resumed, ...sampleFacts(options, isParked, at)];
}

/** What a calibration found was told when it ended, and nothing is waited for because of it. */
function isToldToGoOn({state, unpause, goesOn}: SessionOptions): boolean {
	const {paused, guard, sample} = state;
	const isSample = paused && sample?.step === 'paused';
	return (
		(unpause && (paused || guard.tripped !== null)) ||
		(isSample && (goesOn || sample.purpose === 'calibration'))
	);
}

/** Begins the canary that the spec or a person asks for, once in a run, or the sample of a command. */
function sampleFacts(
	{state, source, settings, sample, onlyProcess}: SessionOptions,
	isParked: ((index: number) => boolean) | null,
	at: number,
): readonly RunEvent[] {
	const {canary} = settings;
	if (onlyProcess || isSampling(state) || (!sample && (canary === null || state.hadCanary))) {
		return [];
	}

	const isFresh = (index: number) =>
		isOpen(state, index) && state.columns.attempts[index] === 0 && !isParked?.(index);
	const sizeOf = (fresh: number) => Math.min(fresh, sample ? sample.requests : Math.ceil(fresh * canary!));
	const indexes = chooseSample(
		{count: source.count, queues: source.queues.length, queueOf: source.queueOf, isFresh},
		sizeOf,
		Number.parseInt(state.specDigest.slice(0, 8), 16) / 0xffff_ffff || 0,
	);
	return indexes.length === 0
		? []
		: [{type: 'sample-begun', at, purpose: sample?.purpose ?? 'canary', indexes}];
}
