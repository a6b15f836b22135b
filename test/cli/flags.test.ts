import {describe, expect, test} from 'vitest';
import {flagWords, parseFlags} from '../../source/cli/flags.ts';

describe('flags', () => {
	test.each([
		[['--simulat', 'spec.yaml'], '--simulat is not a flag.', 'Did you mean --simulate?'],
		[['spec.yaml', '--concurency=4'], '--concurency is not a flag.', 'Did you mean --concurrency?'],
		[['spec.yaml', '--max-retry', '4'], '--max-retry is not a flag.', 'Did you mean --max-retries?'],
		[['--quantum'], '--quantum is not a flag.', 'See promptbatch-tui --help.'],
		[['-q'], '-q is not a flag.', 'See promptbatch-tui --help.'],
		[['--max-cost', '3'], '--max-cost is not in this version yet.', 'Leave it out.'],
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
		expect(flagWords.now).toContain('--no-run');
	});
});
