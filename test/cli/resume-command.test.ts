import {expect, test} from 'vitest';
import {parseFlags} from '../../source/cli/flags.ts';
import {resumeCommandOf} from '../../source/cli/resume-command.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';

/** The command that a run with these arguments prints. */
function resumeOf(...argv: readonly string[]): string {
	const {input, flags} = parseFlags(argv);
	return resumeCommandOf(runOptionsOf(input[0]!, flags, false));
}

test.each([
	[['spec.yaml']],
	[['spec.yaml', '--rpm', '60', '--tpm', '9000', '--concurrency', '3', '--max-retries', '0']],
	[['my spec.yaml', '--set', 'retry.max_s=5', '--set', 'rate.rpm=7', '--mode', 'direct']],
	[['spec.yaml', '--max-cost', '0.5', '--max-session-cost', '0.25', '--max-session-requests', '9']],
	[['spec.yaml', '--mode', 'batch', '--retry-fatal', '--process-failed-batches', '-1']],
	[['spec.yaml', '--dir', 'a b', '--simulate=429=5%', '--env-file', '.e', '--allow-http']],
])('says everything again that decides how the run is worked on: %j', argv => {
	const {input, flags} = parseFlags(argv);
	const command = resumeOf(...argv);
	const words = command.match(/(?:'[^']*'|[^\s'])+/g)!.map(word => word.replaceAll("'", ''));
	const again = parseFlags(words.slice(1));
	expect(runOptionsOf(again.input[0]!, again.flags, false)).toEqual(runOptionsOf(input[0]!, flags, false));
});

test('leaves out what held for the start only', () => {
	expect(
		resumeOf('spec.yaml', '--reinit-meta', '--unpause', '--wait-lock', '--only-process', '--wipe-failed'),
	).toBe('promptbatch-tui spec.yaml');
});
