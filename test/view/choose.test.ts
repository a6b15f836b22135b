import {describe, expect, test} from 'vitest';
import type {RunEvent} from '../../source/domain/event.ts';
import {picodollars} from '../../source/domain/money.ts';
import {defaultSettings} from '../../source/domain/settings.ts';
import {commandOf} from '../../source/view/act-command.ts';
import type {ChangePort} from '../../source/view/change-port.ts';
import {type ChooseSources, choose} from '../../source/view/choose.ts';
import type {Scope, SetAct} from '../../source/view/chosen-set.ts';
import {plainOrder} from '../../source/view/snapshot.ts';
import {shardCut} from '../domain/batch-fixture.ts';
import {answered, failed, failure, start, started} from '../domain/run-fixture.ts';
import {listOf} from './list-of.ts';
import {createManualWork} from './manual-work.ts';
import {triageRun} from './triage-run.ts';

/** 0, 3: done for 0.01 USD each; 1, 4: failed, 4 with a price; 6: waiting; 9: in flight; 12: batched; the rest queued. */
function situation(rest: Partial<ChooseSources> = {}) {
	const run = triageRun(15);
	const list = listOf(run);
	const tell = (event: RunEvent) => {
		run.take(event);
		list.observe(event);
	};
	const paid = {usage: {input: 1, cached: 0, output: 1}, costPico: 1e10};
	const broke = (index: number) => failure('server', 500, `request ${index} broke`);
	tell(started([0, 3, 6, 9], start, 0));
	tell(started([1, 4], start, 1));
	tell(answered(0, paid));
	tell(answered(3, paid));
	tell(failed(1, {sequel: 'fail', failure: broke(1)}));
	tell(failed(4, {sequel: 'fail', failure: broke(4)}));
	tell(failed(6, {sequel: 'retry', failure: broke(6)}));
	tell(shardCut(1, [12]));
	const sources: ChooseSources = {
		state: run.state,
		settings: defaultSettings,
		source: run.source,
		list,
		...rest,
	};
	return {run, list, tell, ask: async (scope: Scope, act: SetAct) => choose(sources, {scope, act})};
}

const row = (index: number): Scope => ({kind: 'row', index});
const wipe: SetAct = {kind: 'wipe'};
const giveUp: SetAct = {kind: 'give-up'};

describe('a chosen set', () => {
	test.each([
		['wipe', wipe, [1, 4]],
		['retry', {kind: 'retry'}, [1, 4, 6]],
		['give-up', giveUp, [2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]],
		['move', {kind: 'move', to: 'front'}, [2, 5, 6, 7, 8, 10, 11, 13, 14]],
		['export', {kind: 'export'}, [...Array(15).keys()]],
	] as const)('for %s holds what can be meant by it', async (_, act, indexes) => {
		const {list, ask} = situation();
		expect([...(await ask({kind: 'list'}, act)).indexes]).toEqual(indexes);
		list.mark({type: 'all'});
		const {indexes: marked, chosen} = await ask({kind: 'marked'}, act);
		expect([...marked]).toEqual(indexes);
		expect(chosen.count + chosen.skipped.reduce((sum, {count}) => sum + count, 0)).toBe(15);
	});

	test('says why the rest is left alone, and what is out', async () => {
		const {tell, ask} = situation();
		expect((await ask({kind: 'list'}, giveUp)).chosen).toEqual({
			count: 11,
			skipped: [
				{count: 2, why: 'is done'},
				{count: 2, why: 'has failed'},
			],
			inFlight: 1,
			shared: 0,
			batched: 1,
			costUsd: 0,
			beforeUsd: null,
			ceilingShare: null,
			problem: null,
		});
		tell({type: 'requests-unwanted', at: start, indexes: [[9, 1]]});
		expect((await ask(row(9), giveUp)).chosen.problem).toBe('it is being given up');
	});

	test('of one row, a group, the filter and all that failed', async () => {
		const {list, ask} = situation();
		expect([...(await ask(row(4), wipe)).indexes]).toEqual([4]);
		const key = list.groups.views()[0]!.key;
		expect([...(await ask({kind: 'group', key}, {kind: 'retry'})).indexes]).toEqual([1, 4, 6]);
		expect([...(await ask({kind: 'failed'}, wipe)).indexes]).toEqual([1, 4]);
		list.look({...plainOrder, filter: 'id:4', sort: 'try'});
		expect([...(await ask({kind: 'list'}, wipe)).indexes]).toEqual([4]);
		expect([...(await ask({kind: 'list'}, {kind: 'export'})).indexes]).toEqual([4, 14]);
		expect([...(await ask({kind: 'group', key}, {kind: 'retry'})).indexes]).toEqual([4]);
	});

	test.each([
		[row(0), wipe, 'it is done'],
		[row(12), {kind: 'retry'}, 'it is in a batch'],
		[row(9), {kind: 'retry'}, 'it is in flight'],
		[row(99), wipe, 'there is no such request'],
		[{kind: 'marked'}, wipe, 'nothing is marked'],
		[{kind: 'group', key: 'gone'}, wipe, 'nothing fails or waits for this any more'],
	] as const)('of %j is empty for %j: %s', async (scope, act, problem) => {
		const {chosen} = await situation().ask(scope, act);
		expect(chosen).toMatchObject({count: 0, problem});
	});

	test('that is empty for several reasons names them all', async () => {
		const {list, ask} = situation();
		list.look({...plainOrder, filter: '!status:failed'});
		expect((await ask({kind: 'list'}, wipe)).chosen.problem).toBe(
			'none of the 13 can be wiped: 8 are queued, 2 are done, 1 is waiting, 1 is in flight, 1 is in a batch',
		);
	});

	test('costs what a request of its queue costs on the average, and its part of the ceiling', async () => {
		const limits = {
			...defaultSettings.limits,
			task: {...defaultSettings.limits.task, costPico: picodollars(0.1)},
		};
		const {ask} = situation({settings: {...defaultSettings, limits}});
		// The second queue had two failures for nothing; the first two answers for a cent each.
		expect((await ask(row(6), {kind: 'retry'})).chosen).toMatchObject({
			costUsd: expect.closeTo(0.01, 9),
			ceilingShare: expect.closeTo(0.1, 9),
		});
		expect((await ask({kind: 'failed'}, wipe)).chosen).toMatchObject({costUsd: 0, ceilingShare: 0});
	});

	test('to be changed is looked up by the port, and carried out as it was priced', async () => {
		const asked: number[][] = [];
		const changes: ChangePort = async indexes => {
			asked.push([...Array.from(indexes)]);
			return {queueKey: 'openai/gpt-4o', added: null, costUsd: 0.3, beforeUsd: 0.1, problem: null};
		};
		const {ask} = situation({changes});
		const change = {model: 'gpt-4o', body: {max_tokens: 9}};
		const choice = await ask({kind: 'failed'}, {kind: 'change', change});
		expect(asked).toEqual([[1, 4]]);
		expect(choice.chosen).toMatchObject({count: 2, costUsd: 0.3, beforeUsd: 0.1, problem: null});
		expect(commandOf(choice, {kind: 'change', change})).toEqual({
			type: 'change-params',
			indexes: [1, 4],
			change,
			queueKey: 'openai/gpt-4o',
			added: null,
		});
		const {chosen} = await situation().ask({kind: 'failed'}, {kind: 'change', change});
		expect(chosen.problem).toBe('parameters cannot be changed in this run');
	});

	test('becomes the command that was confirmed, and no other', async () => {
		const {run, ask} = situation();
		const choice = await ask({kind: 'failed'}, wipe);
		expect(commandOf(choice, wipe)).toEqual({
			type: 'wipe-failed',
			indexes: [1, 4],
			before: run.state.journalEnd,
		});
		expect(commandOf(choice, {kind: 'retry'})).toBeNull();
		const moved = await ask(row(6), {kind: 'move', to: 'back'});
		expect(commandOf(moved, {kind: 'move', to: 'back'})).toEqual({type: 'move', indexes: [6], to: 'back'});
		expect(commandOf(await ask(row(6), giveUp), giveUp)).toEqual({type: 'give-up', indexes: [6]});
		expect(commandOf(await ask(row(6), {kind: 'export'}), {kind: 'export'})).toBeNull();
	});

	test('of a list waits until it is whole, but not for a search through files', async () => {
		const run = triageRun(20_000);
		const work = createManualWork();
		const list = listOf(run, work);
		const sources = {state: run.state, settings: defaultSettings, source: run.source, list};
		list.look({...plainOrder, filter: 'model:llama'});
		const asked = choose(sources, {scope: {kind: 'list'}, act: giveUp});
		while (work.step()) {
			// Until every row was judged.
		}

		expect((await asked).chosen.count).toBe(6666);
		list.look({...plainOrder, filter: 'prompt:"filing 7"'});
		const searching = choose(sources, {scope: {kind: 'list'}, act: giveUp});
		for (let slice = 0; slice < 20; slice++) {
			work.step();
		}

		expect((await searching).chosen).toMatchObject({
			count: 0,
			problem: expect.stringMatching(/^the search through the files is not over: \d+% is done$/),
		});
		while (work.step()) {
			list.view({showsGroups: false});
		}

		const found = choose(sources, {scope: {kind: 'list'}, act: giveUp});
		while (work.step()) {
			// What was found last is put into the list.
		}

		expect((await found).chosen.count).toBe(2000);
	});
});
