import {expect, test} from 'vitest';
import {hookEnvironment} from '../../source/cli/hook-environment.ts';
import {snapshotFixture} from '../ui/snapshot-fixture.ts';

const snapshot = snapshotFixture({name: 'night\u0000ly', phase: 'GUARD', phaseDetail: '2 bad passes'});

test('a hook gets the facts, and no key under any name', () => {
	const env = hookEnvironment(
		{
			PATH: '/bin',
			SLACK_TOKEN: 'xoxb-mine',
			OPENAI_API_KEY: 'sk-secret-0123',
			OPENAI_API_KEY_gpt_4o: 'sk-other',
			MY_KEY: 'sk-mine',
			MY_KEY_gpt_4o: 'sk-special',
			ANTHROPIC_API_KEY: 'sk-foreign',
			CURL_HEADER: 'Authorization: Bearer sk-secret-0123',
			EMPTY_API_KEY: '',
			NOTHING: undefined,
		},
		['OPENAI_API_KEY', 'MY_KEY'],
		{alert: 'guard', directory: '/runs/a', exitCode: 3, snapshot},
	);
	expect(env).toEqual({
		PATH: '/bin',
		SLACK_TOKEN: 'xoxb-mine',
		PROMPTBATCH_EVENT: 'guard',
		PROMPTBATCH_NAME: 'nightly',
		PROMPTBATCH_RUN_DIR: '/runs/a',
		PROMPTBATCH_STATE: 'GUARD',
		PROMPTBATCH_REASON: '2 bad passes',
		PROMPTBATCH_TOTAL: '100000',
		PROMPTBATCH_DONE: '61590',
		PROMPTBATCH_FAILED: '312',
		PROMPTBATCH_PENDING: '38098',
		PROMPTBATCH_COST_USD: '18.42',
		PROMPTBATCH_SIMULATED: '0',
		PROMPTBATCH_EXIT_CODE: '3',
	});
});

test('a word that stands in for a key takes nothing from a hook but its own variable', () => {
	const env = hookEnvironment(
		{
			PATH: '/usr/local/bin:/bin',
			HOME: '/home/x',
			OPENAI_API_KEY: 'local',
			X_API_KEY_COUNT: '1',
			LINES: '10',
		},
		['OPENAI_API_KEY'],
		{alert: 'done', directory: '/runs/a', exitCode: 0, snapshot},
	);
	expect(env).toMatchObject({PATH: '/usr/local/bin:/bin', HOME: '/home/x', LINES: '10'});
	expect(env).not.toHaveProperty('OPENAI_API_KEY');
});

test.each([
	['ceiling-80', '80'],
	['ceiling-100', '100'],
] as const)('%s is the event `ceiling` at %s %%', (alert, percent) => {
	const env = hookEnvironment({}, [], {alert, directory: '/runs/a', exitCode: null, snapshot});
	expect(env).toMatchObject({PROMPTBATCH_EVENT: 'ceiling', PROMPTBATCH_CEILING_PERCENT: percent});
	expect(env).not.toHaveProperty('PROMPTBATCH_EXIT_CODE');
});
