import {describe, expect, test} from 'vitest';
import {createState} from '../../source/domain/create-state.ts';
import {createDumper, type Dump, type VerboseLevel, verboseLevels} from '../../source/view/attempt-dump.ts';
import {answered, createFixture, failed, finish} from '../engine/engine-fixture.ts';
import {createSource} from '../engine/scripted-source.ts';

/** Four requests: the first fails, the second is cut short, the others are clean. */
async function dumpsOf(level: VerboseLevel, retries = 0): Promise<readonly Dump[]> {
	const dumps: Dump[] = [];
	const body = {max_tokens: 10, image: `data:image/png;base64,${'A'.repeat(5000)}`};
	const source = createSource(4, ['m'], () => body, 'chat');
	let dumper = createDumper(level, {state: createState(), source, policy: {endpoint: 'chat'}});
	let isReady = false;
	const fixture = createFixture({
		count: 4,
		body,
		retry: {maxRetries: retries},
		policy: {onTruncated: retries > 0 ? 'retry' : 'keep'},
		script: ({body: sent}) => {
			const index = sent.index as number;
			const outcome =
				index === 0
					? failed('server', 503)
					: answered('yes', {finish: index === 1 && (sent.max_tokens as number) < 40 ? 'length' : 'stop'});
			return {afterMs: 100, outcome};
		},
		killAfter(event) {
			const dump = isReady ? dumper(event) : null;
			if (dump) {
				dumps.push(dump);
			}

			return false;
		},
	});
	dumper = createDumper(level, {state: fixture.state, source, policy: {endpoint: 'chat'}});
	isReady = true;
	await finish(fixture);
	return dumps;
}

/** Row 41. */
describe('four runs over an error, a warning and two clean answers', () => {
	test.each([
		['never', 0],
		['error', 1],
		['warn', 2],
		['always', 4],
	] as const)('%s gives %i dumps', async (level, count) => {
		expect(verboseLevels).toContain(level);
		expect(await dumpsOf(level)).toHaveLength(count);
	});
});

describe('a dump', () => {
	test('holds the request, its facts and the failure', async () => {
		const [dump] = await dumpsOf('error');
		expect(dump).toMatchObject({
			level: 'error',
			title: '0  direct  attempt 1  503 server: server said the server',
		});
		const lines = dump!.text.split('\n');
		expect(lines[0]).toBe(dump!.title);
		expect(lines[1]).toMatch(/^sent \d{4}-.*Z {2}took 100ms {2}status 503$/);
		expect(lines[2]).toBe('request');
		expect(dump!.text).toContain('"max_tokens": 10');
		expect(dump!.text).toMatch(/data:image\/png;base64,A+… /);
		expect(dump!.text.length).toBeLessThan(1000);
		expect(lines.at(-1)).toBe('no answer');
	});

	test('of an answer holds its body and its warnings', async () => {
		const [, dump] = await dumpsOf('warn');
		expect(dump).toMatchObject({level: 'warn', title: '1  direct  attempt 1  answered'});
		expect(dump!.text).toContain('status 200  request-id req  warnings truncated');
		expect(dump!.text.split('\nanswer\n')[1]).toContain('"finish_reason": "length"');
	});

	test('shows the allowance that the attempt was sent with, doubled after each answer that was cut short', async () => {
		const dumps = (await dumpsOf('always', 5)).filter(({title}) => title.startsWith('1 '));
		expect(dumps.map(({title}) => title.replace(/:.*/, ''))).toEqual([
			'1  direct  attempt 1  truncated',
			'1  direct  attempt 2  truncated',
			'1  direct  attempt 3  answered',
		]);
		expect(dumps.map(({text}) => /"max_tokens": (\d+)/.exec(text)?.[1])).toEqual(['10', '20', '40']);
	});
});
