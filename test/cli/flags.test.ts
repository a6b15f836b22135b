import {describe, expect, test} from 'vitest';
import {flagWords, parseFlags} from '../../source/cli/flags.ts';
import type {RunOptions} from '../../source/cli/run-options.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {sessionSettings} from '../../source/cli/session-settings.ts';
import {defaultSettings} from '../../source/domain/settings.ts';

function optionsOf(...argv: readonly string[]): RunOptions {
	const {input, flags} = parseFlags(['spec.yaml', ...argv]);
	return runOptionsOf(input[0]!, flags, false);
}

describe('flags', () => {
	test.each([
		[['--simulat', 'spec.yaml'], '--simulat is not a flag.', 'Did you mean --simulate?'],
		[['spec.yaml', '--concurency=4'], '--concurency is not a flag.', 'Did you mean --concurrency?'],
		[['spec.yaml', '--max-retry', '4'], '--max-retry is not a flag.', 'Did you mean --max-retries?'],
		[['--quantum'], '--quantum is not a flag.', 'See promptbatch-tui --help.'],
		[['-q'], '-q is not a flag.', 'See promptbatch-tui --help.'],
		[['--max-csot', '3'], '--max-csot is not a flag.', 'Did you mean --max-cost?'],
		[['--display', 'plain', '--display=json'], '--display is given twice.', 'Give it once.'],
	])('%j: %s %s', (argv, message, hint) => {
		expect(() => parseFlags(argv)).toThrow(expect.objectContaining({name: 'UserError', message, hint}));
	});

	test('that are known are taken, a bare --simulate without the word after it', () => {
		const {input, flags} = parseFlags([
			'--simulate',
			'spec.yaml',
			'--no-run',
			'--set',
			'a=1',
			'--set',
			'b=2',
		]);
		expect(input).toEqual(['spec.yaml']);
		expect(flags).toMatchObject({simulate: '', run: false, set: ['a=1', 'b=2']});
		expect(flagWords).toContain('--no-run');
	});
});

describe('flags of money and batches', () => {
	test('lie over the spec for one session', () => {
		const spec = {
			settings: {
				...defaultSettings,
				limits: {...defaultSettings.limits, task: {requests: 7, tokens: 8, costPico: 9n}},
			},
		};
		expect(sessionSettings(spec, optionsOf())).toEqual(spec.settings);
		const options = optionsOf(
			...['--mode', 'batch', '--max-cost', '0.5', '--max-session-cost=0.25', '--max-session-requests', '12'],
			...['--retry-fatal', '--process-failed-batches', '-1'],
		);
		expect(sessionSettings(spec, options)).toMatchObject({
			mode: 'batch',
			retry: {retryFatal: true},
			guard: {processFailedBatches: -1},
			limits: {
				task: {requests: 7, tokens: 8, costPico: 500_000_000_000n},
				session: {requests: 12, tokens: null, costPico: 250_000_000_000n},
			},
		});
	});

	test('0 is a ceiling like any other', () => {
		const {limits} = sessionSettings({settings: defaultSettings}, optionsOf('--max-cost', '0'));
		expect(limits.task.costPico).toBe(0n);
	});

	test.each([
		[['--max-cost', 'much'], '--max-cost: “much” is not a number of at least 0.'],
		[['--max-cost='], '--max-cost: “” is not a number of at least 0.'],
		[['--max-session-cost', '-1'], '--max-session-cost: “-1” is not a number of at least 0.'],
		[['--max-session-requests', '1.5'], '--max-session-requests: “1.5” is not a whole number of at least 0.'],
		[
			['--process-failed-batches', '-2'],
			'--process-failed-batches: “-2” is not a whole number of at least -1.',
		],
		[['--canary', '0%'], '--canary: “0%” is no part of the requests.'],
		[['--canary', 'some'], '--canary: “some” is no part of the requests.'],
		[['--canary', '101%'], '--canary: “101%” is no part of the requests.'],
		[['--only-process', '--no-run'], '--only-process and --no-run contradict each other.'],
		[['--dry-run', '--wipe-failed'], '--dry-run and --wipe-failed contradict each other.'],
		[['--dry-run', '--wipe-task'], '--dry-run and --wipe-task contradict each other.'],
		[['--wipe-task', '--wipe-failed'], '--wipe-task and --wipe-failed contradict each other.'],
		[['--force-direct', '--mode', 'batch'], '--force-direct and --mode batch contradict each other.'],
	])('%j', (argv, message) => {
		expect(() => optionsOf(...argv)).toThrow(expect.objectContaining({name: 'UserError', message}));
	});

	test('--only-process collects in direct mode as well', () => {
		expect(optionsOf('--only-process', '--force-direct')).toMatchObject({onlyProcess: true, mode: 'direct'});
	});
});
