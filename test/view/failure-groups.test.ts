import {describe, expect, test} from 'vitest';
import {usd} from '../../source/domain/money.ts';
import {createBackground} from '../../source/view/background.ts';
import {createFailureGroups} from '../../source/view/failure-groups.ts';
import {normalMessage} from '../../source/view/normal-message.ts';
import {answered, failed, failure, start, started} from '../domain/run-fixture.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {createManualWork} from './manual-work.ts';
import {happen, type TriageRun, triageRun} from './triage-run.ts';

const seed = testSeed('failure-groups');
const atOnce = () => createBackground(null, () => {});

function groupsOf(run: TriageRun, background = atOnce()) {
	const groups = createFailureGroups({
		state: run.state,
		readEvent: run.readEvent,
		background,
		onLoaded: () => {},
	});
	groups.ensure();
	return groups;
}

type Counted = {failed: number; waiting: number; spentUsd: number};

/** Every request's last line and chain, read one by one. */
function recount(run: TriageRun): ReadonlyMap<string, Counted> {
	const groups = new Map<string, {failed: number; waiting: number; spent: bigint}>();
	for (let index = 0; index < run.state.count; index++) {
		const status = run.statusOf(index);
		const why = run.lastFailure(index);
		if (why !== null && (status === 'failed' || status === 'waiting')) {
			const key = `${why.kind} ${why.status ?? '-'} ${why.code ?? '-'} ${normalMessage(why.message)}`;
			const group = groups.get(key) ?? {failed: 0, waiting: 0, spent: 0n};
			group[status]++;
			group.spent += BigInt(run.spentOn(index));
			groups.set(key, group);
		}
	}

	return new Map([...groups].map(([key, {spent, ...counts}]) => [key, {...counts, spentUsd: usd(spent)}]));
}

function expectExact(run: TriageRun, groups: ReturnType<typeof groupsOf>): void {
	const views = groups.views();
	const counted = new Map(
		views.map(({key, failed: gone, waiting, spentUsd}) => [key, {failed: gone, waiting, spentUsd}]),
	);
	expect(counted).toEqual(recount(run));
	for (const view of views) {
		expect(['failed', 'waiting']).toContain(run.statusOf(view.sampleIndex));
		expect(run.lastFailure(view.sampleIndex)!.message).toBe(view.sample);
		expect(groups.memberOf(view.sampleIndex)).toBe(groups.numberOf(view.key));
		expect(view.firstAt).toBeLessThanOrEqual(view.lastAt);
	}
}

describe('groups of failures', () => {
	test.each(Array.from({length: 12}, (_, round) => seed + round))(
		'of a random run, seed %i, equal a recount: watched, and read from its journal',
		one => {
			const random = seededRandom(one);
			const run = triageRun(60);
			const watching = groupsOf(run);
			for (let round = 0; round < 12; round++) {
				happen(run, random, 100, watching.observe);
				expectExact(run, watching);
				expectExact(run, groupsOf(run));
			}
		},
	);

	test.each(Array.from({length: 12}, (_, round) => seed + round))(
		'of seed %i are exact although the run goes on while its journal is read in slices',
		one => {
			const random = seededRandom(one);
			const run = triageRun(60);
			happen(run, random, 600);
			const work = createManualWork();
			const groups = groupsOf(
				run,
				createBackground(work, () => {}),
			);
			while (work.step()) {
				happen(run, random, 2, groups.observe);
			}

			expect(groups.isLoaded()).toBe(true);
			expectExact(run, groups);
		},
	);

	test('say what they are, and when they were seen', () => {
		const run = triageRun(6);
		const groups = groupsOf(run);
		const tell = (event: Parameters<typeof groups.observe>[0]) => {
			run.take(event);
			groups.observe(event);
		};
		expect(groups.views()).toEqual([]);
		tell(started([0, 1, 3], start));
		tell(
			failed(0, {at: start + 1000, sequel: 'fail', failure: failure('context_length', 400, 'asked 9 of 8')}),
		);
		tell(failed(3, {at: start + 5000, failure: failure('context_length', 400, 'asked 7 of 8')}));
		tell(failed(1, {at: start + 2000, failure: failure('timeout', null, '')}));
		expect(groups.views()).toEqual([
			{
				key: 'context_length 400 - asked # of #',
				label: '400 context length',
				sample: 'asked 7 of 8',
				sampleIndex: 3,
				failed: 1,
				waiting: 1,
				spentUsd: 0,
				firstAt: start + 1000,
				lastAt: start + 5000,
			},
			{
				key: 'timeout - - ',
				label: 'timeout',
				sample: '',
				sampleIndex: 1,
				failed: 0,
				waiting: 1,
				spentUsd: 0,
				firstAt: start + 2000,
				lastAt: start + 2000,
			},
		]);
		tell(started([3], start + 6000));
		tell(answered(3, {at: start + 7000, previous: run.state.columns.offset[3]!}));
		expect(groups.views()[0]).toMatchObject({failed: 1, waiting: 0, sample: 'asked 9 of 8', sampleIndex: 0});
	});

	test('are bounded although every message is new', () => {
		const run = triageRun(5000);
		const groups = groupsOf(run);
		const letters = (number: number) =>
			number.toString(26).replace(/\d/g, digit => 'qrstuvwxyz'[Number(digit)]!);
		for (let index = 0; index < 5000; index++) {
			const why = failure('schema', 200, `the word ${letters(index)} is not one of them`);
			for (const event of [started([index]), failed(index, {sequel: 'fail', failure: why})]) {
				run.take(event);
				groups.observe(event);
			}
		}

		expect(groups.size()).toBeLessThanOrEqual(2018);
		expect(groups.views().reduce((sum, group) => sum + group.failed, 0)).toBe(5000);
	});
});
