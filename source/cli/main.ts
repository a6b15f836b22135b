import process from 'node:process';
import v8 from 'node:v8';
import {UserError} from '../domain/user-error.ts';
import {captureConsole} from './capture-console.ts';
import {numberFlag, parseFlags} from './flags.ts';
import {printError} from './print-error.ts';
import {sayAside} from './say-aside.ts';

/**
 * The composition root. Everything but the flags is imported when it is needed, so that `--help` loads meow only.
 */
async function main(argv: readonly string[]): Promise<number> {
	const {input, flags} = parseFlags(argv);
	const [first, ...rest] = input;
	switch (first) {
		case undefined:
			return (await import('./commands/recent.ts')).recent(flags);
		case 'check':
			return (await import('./commands/check.ts')).check(target(rest, 'check'), flags);
		case 'status':
			return (await import('./commands/status.ts')).status(target(rest, 'status'), flags);
		case 'export':
			return (await import('./commands/export.ts')).exportResults(target(rest, 'export'), flags);
		case 'missing':
			return (await import('./commands/missing.ts')).missing(rest, flags);
		case 'calibrate':
			return (await import('./commands/calibrate.ts')).calibrate(target(rest, 'calibrate'), flags);
		case 'init':
			return (await import('./commands/init.ts')).init(rest);
		case 'simulate':
			return (await import('./commands/simulate.ts')).simulate(
				rest[0] ?? flags.simulate ?? '',
				numberFlag('--port', flags.port, {min: 0, integer: true}) ?? 0,
			);
		case 'wipe':
			return (await import('./commands/wipe.ts')).wipeRun(target(rest, 'wipe'), flags);
		case 'verify':
			return (await import('./commands/verify.ts')).verify(target(rest, 'verify'), flags);
		case 'doctor':
			throw new UserError(`The command ${first} is not in this version yet.`, 'See promptbatch-tui --help.');
		default:
			if (rest.length > 0) {
				throw new UserError(`One spec at a time: ${rest[0]} is one too many.`, 'Quote a path with spaces.');
			}

			return (await import('./commands/run.ts')).run(first, flags);
	}
}

function target(rest: readonly string[], command: string): string {
	if (rest.length !== 1 || rest[0] === undefined) {
		throw new UserError(
			`${command} needs one spec or run directory.`,
			`Write promptbatch-tui ${command} spec.yaml`,
		);
	}

	return rest[0];
}

// V8 lets 20 MB of live heap grow to 85 before it collects. Collecting at twice the live heap costs no time that can
// be measured and keeps a run of 20,000 requests at 155 MB instead of 199.
v8.setFlagsFromString('--heap-growing-percent=100');

// Scorers and tasks run under many commands, and what they print must not stand between the lines of an export.
captureConsole(sayAside);

try {
	process.exitCode = await main(process.argv.slice(2));
} catch (error) {
	// Whatever is still at work must not write any more.
	process.exit(printError(error));
}
