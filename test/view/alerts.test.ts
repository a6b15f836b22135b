import {describe, expect, test} from 'vitest';
import {bellOf} from '../../source/ui/bell.ts';
import {type Alert, type AlertMemory, alertsOf, alertsOfEnd} from '../../source/view/alerts.ts';
import type {Phase} from '../../source/view/phase-name.ts';
import type {RunEnd} from '../../source/view/run.ts';
import type {RunSnapshot} from '../../source/view/snapshot.ts';
import {finishedSnapshot, snapshotFixture} from '../ui/snapshot-fixture.ts';

/** What is told of snapshots that follow each other; the first is how things stood before. */
function told(...snapshots: readonly RunSnapshot[]): readonly (readonly Alert[])[] {
	let memory: AlertMemory = null;
	return snapshots.map(snapshot => {
		const next = alertsOf(memory, snapshot);
		memory = next.memory;
		return next.alerts;
	});
}

const at = (phase: Phase): RunSnapshot => snapshotFixture({phase});

function used(part: number, of = 10): RunSnapshot {
	const running = snapshotFixture();
	return {
		...running,
		cost: {...running.cost, ceilings: [{limit: 'task.cost', used: part * of, of}]},
	};
}

describe('alerts', () => {
	test.each([
		['GUARD', ['guard', 'paused']],
		['CEILING', ['ceiling-100', 'paused']],
		['HELD', ['paused']],
	] as const)('%s is told once while it stands', (phase, alerts) => {
		expect(told(at('RUNNING'), at(phase), at(phase), at('PAUSED'), at(phase), at('DRAINING'))).toEqual([
			[],
			alerts,
			[],
			[],
			[],
			[],
		]);
	});

	test('what was cleared may be told again', () => {
		expect(told(at('RUNNING'), at('GUARD'), at('RUNNING'), at('GUARD'))).toEqual([
			[],
			['guard', 'paused'],
			[],
			['guard', 'paused'],
		]);
	});

	test('a pause by key, and what stood before the session, are no news', () => {
		expect(told(at('RUNNING'), at('PAUSED'))).toEqual([[], []]);
		expect(told(at('GUARD'), at('GUARD'))).toEqual([[], []]);
		expect(told(finishedSnapshot(), finishedSnapshot())).toEqual([[], []]);
	});

	test('the end is told once', () => {
		expect(told(at('RUNNING'), finishedSnapshot(), finishedSnapshot())).toEqual([[], ['done'], []]);
	});

	test('80 % of a ceiling is told once, and once more of a raised one', () => {
		expect(told(used(0.5), used(0.79), used(0.8), used(0.9), used(0.5, 20), used(0.85, 20))).toEqual([
			[],
			[],
			['ceiling-80'],
			[],
			[],
			['ceiling-80'],
		]);
	});

	test('a ceiling that is reached in one leap is not near any more', () => {
		const reached = {...used(0.99), phase: 'CEILING' as const};
		expect(told(used(0.5), reached)).toEqual([[], ['ceiling-100', 'paused']]);
	});
});

describe('the end of a session', () => {
	const end = (rest: Partial<RunEnd>): RunEnd => ({
		reason: 'stopped',
		cause: null,
		why: '',
		obstacle: null,
		sample: null,
		report: finishedSnapshot().report!,
		directory: 'run',
		results: 'results.jsonl',
		...rest,
	});

	test.each([
		[{reason: 'done'}, ['done']],
		[{reason: 'stuck', obstacle: 'guard'}, ['guard', 'paused']],
		[{reason: 'stuck', obstacle: 'task.cost'}, ['ceiling-100', 'paused']],
		[{reason: 'stuck', obstacle: null}, ['paused']],
		[{reason: 'stuck', obstacle: 'pause'}, []],
		[{reason: 'stopped', cause: 'SIGTERM'}, ['paused']],
		[{reason: 'stopped', cause: 'SIGHUP'}, ['paused']],
		[{reason: 'stopped', cause: 'SIGINT'}, []],
		[{reason: 'stopped', cause: 'quit'}, []],
	] as const)('%j tells %j', (rest, alerts) => {
		expect(alertsOfEnd(new Set(), end(rest))).toEqual(alerts);
	});

	test('says nothing of a stop that a snapshot showed', () => {
		expect(alertsOfEnd(new Set(['guard', 'paused']), end({reason: 'stuck', obstacle: 'guard'}))).toEqual([]);
	});
});

test('the bell says one fixed thing, and never what a run is called', () => {
	expect(bellOf([])).toBe('');
	expect(bellOf(['paused', 'guard'])).toBe('\u0007\u001b]9;promptbatch: run stopped by a guard\u001b\\');
	expect(bellOf(['done'])).toBe('\u0007\u001b]9;promptbatch: run finished\u001b\\');
});
