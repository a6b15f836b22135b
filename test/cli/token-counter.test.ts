import {expect, test} from 'vitest';
import {loadTokenCounter} from '../../source/cli/queue-rules-of.ts';
import {picodollars} from '../../source/domain/money.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';

const queues = [{key: 'openai/gpt-4o-mini', provider: 'openai', model: 'gpt-4o-mini'}];
const rules = [{hasBatch: false, maxOutput: null}];
/** More tokens than a third of its bytes. */
const body = {messages: [{role: 'user', content: '🜁🜂🜃🜄'.repeat(50)}]};
const exact = 807;

async function counterOf(raisedUsd: number | null, limits: RunSettings['limits'] = defaultSettings.limits) {
	const raisedCost = raisedUsd === null ? null : {over: null, costPico: Number(picodollars(raisedUsd))};
	return loadTokenCounter({queues}, rules, {...defaultSettings, limits}, {count: 10, raisedCost});
}

test('a ceiling that a person typed is held with exact counts, at once and in every later session', async () => {
	const counter = await counterOf(null);
	const guess = counter.count(0, body);
	expect(guess).toBeLessThan(exact);
	await counter.sharpen();
	expect(counter.count(0, body)).toBe(exact);
	expect((await counterOf(5)).count(0, body)).toBe(exact);
});
