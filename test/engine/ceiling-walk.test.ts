import {describe, expect, test} from 'vitest';
import {noDemand, roomUnder} from '../../source/domain/ceiling.ts';
import {createState} from '../../source/domain/create-state.ts';
import {estimateTokens} from '../../source/domain/estimate.ts';
import type {RunEvent} from '../../source/domain/event.ts';
import {decodeEvent} from '../../source/domain/event-line.ts';
import type {Price} from '../../source/domain/price.ts';
import {reduce} from '../../source/domain/reduce.ts';
import type {RunState} from '../../source/domain/state.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {answered, type Fixture, type FixtureOptions, failed, finish} from './engine-fixture.ts';
import {limitsOf, watchedRun, worstOf} from './watched-run.ts';

function replayed({lines}: Fixture, created: RunState): RunState {
	const state = createState();
	reduce(
		state,
		{
			type: 'run-created',
			at: 0,
			runId: 'r',
			toolVersion: '0',
			specDigest: 'd',
			simulated: null,
			count: created.count,
			queues: created.queues.map(({info}) => info),
		},
		0,
	);
	for (const line of lines) {
		reduce(state, decodeEvent(line, {body: true}) as RunEvent, 0);
	}

	return state;
}

function randomPrice(random: () => number): Price {
	const rates = () => {
		const input = Math.floor(random() * 5_000_000);
		return {input, cachedInput: Math.floor(input * random()), output: Math.floor(random() * 20_000_000)};
	};

	const base = {direct: rates(), batch: rates()};
	const tiers = random() < 0.5 ? [] : [{above: 40, direct: rates(), batch: rates()}];
	return {...base, tiers, source: 'test'};
}

/** A server that bills anything up to the worst case, cuts answers short, fails, and keeps silent. */
function randomServer(random: () => number): FixtureOptions['script'] {
	return call => {
		const {tokens: _, ...worst} = worstOf(call.body, null);
		expect(worst.requests).toBe(1);
		const most = Math.ceil(estimateTokens(JSON.stringify(call.body)) * 1.05);
		const allowed = (call.body.max_tokens as number) * ((call.body.n as number | undefined) ?? 1);
		const share = random() < 0.4 ? 1 : random();
		const prompt = Math.floor(most * share);
		const usage = {
			prompt_tokens: prompt,
			completion_tokens: Math.floor(allowed * share),
			prompt_tokens_details: {cached_tokens: random() < 0.3 ? Math.floor(prompt / 2) : 0},
		};
		const afterMs = 1 + Math.floor(random() * 500);
		const chance = random();
		if (chance < 0.1) {
			return {afterMs, outcome: failed('server', 503)};
		}

		if (chance < 0.2) {
			return {afterMs, outcome: failed('timeout', null, {maybeBilled: true})};
		}

		return {afterMs, outcome: answered('yes', {usage, finish: chance < 0.3 ? 'length' : 'stop'})};
	};
}

describe('a random run never passes its ceiling at any event, and goes as far as it can', () => {
	const seed = testSeed('ceilings');
	test.each(Array.from({length: 24}, (_, round) => round))('%i', async round => {
		const random = seededRandom(seed + round);
		const prices = [randomPrice(random), randomPrice(random)];
		const bodies = Array.from({length: 60}, () => ({
			max_tokens: 1 + Math.floor(random() * 200),
			...(random() < 0.3 ? {n: 3} : {}),
		}));
		const bodyOf = (index: number) => bodies[index]!;
		const all = bodies.map((body, index) => worstOf({...body, index}, prices[index % 2]!));
		const part = 0.1 + random() * 0.4;
		const scope = random() < 0.5 ? 'task' : 'session';
		const what = (['requests', 'tokens', 'costPico'] as const)[round % 3]!;
		const ceiling = {
			requests: Math.ceil(all.length * part),
			tokens: Math.ceil(all.reduce((sum, {tokens}) => sum + tokens, 0) * part),
			costPico: BigInt(Math.ceil(Number(all.reduce((sum, {costPico}) => sum + costPico, 0n)) * part)),
		}[what];
		const limits = limitsOf(scope, {[what]: ceiling});
		const run = watchedRun({
			count: bodies.length,
			models: ['a', 'b'],
			bodyOf,
			prices,
			rate: {concurrency: 1 + Math.floor(random() * 20)},
			policy: {onTruncated: 'retry'},
			settings: {limits},
			script: randomServer(random),
		});
		const end = await finish(run);
		expect(run.most[what] <= ceiling).toBe(true);
		const room = roomUnder(run.state, limits, noDemand);
		expect(roomUnder(replayed(run, run.state), limits, noDemand)).toEqual(room);
		if (end.reason === 'stuck') {
			expect(run.state.limitReached?.limit).toBe(
				`${scope}.${{requests: 'requests', tokens: 'ktokens', costPico: 'cost'}[what]}`,
			);
			expect(run.inFlightAtLimit()).toBe(0);
			expect(run.state.inFlight.size).toBe(0);
		} else {
			expect(end.reason).toBe('done');
		}
	});
});
