import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {createFindings} from './finding.ts';
import {modelOf} from './journal-model.ts';
import {specKinds} from './made-spec.ts';
import {planRandomRound, planStepRound} from './plan-rounds.ts';
import {playRound} from './round.ts';

/** `npm run torture` does the same for as long as one likes. */
const kills = 2;

describe('the short form of the torture', () => {
	const random = seededRandom(testSeed('torture'));
	const seedOf = () => Math.floor(random() * 1e9);

	test.concurrent.each(specKinds.map(kind => [kind, planRandomRound(seedOf(), kind, kills)] as const))(
		'%s: random kills lose nothing, double nothing, and buy twice at most what was on the wire',
		async (_, planned) => {
			const {kills: killed, findings} = await playRound({folder: temporary(), ...planned});
			expect(findings, `${planned.spec.about}, seed ${planned.seed}`).toEqual([]);
			expect(killed.length).toBeLessThanOrEqual(kills);
		},
		120_000,
	);

	test('half of a write is cut off, and what it held is asked again', async () => {
		const planned = planStepRound(seedOf(), 'torn', 'direct', true);
		const {kills: killed, findings} = await playRound({folder: temporary(), ...planned});
		expect(findings, planned.spec.about).toEqual([]);
		expect(killed).toHaveLength(1);
	}, 120_000);
});

test('the recount of a journal tells of a second outcome, a call too many and a torn line', () => {
	const journal = modelOf(
		Buffer.from(
			[
				'{"type":"run-created","at":1,"count":2}',
				'{"started":[0,1],"at":2,"queue":0}',
				'{"answered":0,"at":3,"u":[1,2],"c":5,"r":{}}',
				'{"answered":0,"at":4,"u":[1,2],"c":5,"r":{}}',
				'{"started":[0],"at":5,"queue":0}',
				'{"answered":1,"at"',
				'{"failed":1,"at":6,"sequel":"retry","maybeBilled":true,"maybeBilledPico":7,"failure":{}}',
				'{"answ',
			].join('\n'),
		),
	);
	expect(journal.wrong).toEqual(['request 0 has two outcomes', 'request 0 is called although it is done']);
	expect(journal.torn).toEqual(['{"answered":1,"at"']);
	expect([journal.started, journal.out, journal.tailBytes]).toEqual([3, 1, 6]);
	expect([journal.costPico.direct, journal.maybeBilled]).toEqual([10n, {calls: 1, pico: 7n}]);
});

test('findings are what does not hold', () => {
	const {all, expect: hold} = createFindings();
	hold(true, 'well');
	hold(false, 'gone', 'lost');
	hold(false, 'odd');
	expect(all).toEqual([
		{what: 'lost', message: 'gone'},
		{what: 'wrong', message: 'odd'},
	]);
});

/** Those of tests that run side by side: removed when all have ended. */
const folders: string[] = [];
afterAll(() => {
	for (const folder of folders) {
		rmSync(folder, {recursive: true, force: true});
	}
});

function temporary(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'promptbatch-torture-'));
	folders.push(folder);
	return folder;
}
