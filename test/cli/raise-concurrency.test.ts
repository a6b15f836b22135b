import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {parseFlags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {startRun} from '../../source/cli/start-run.ts';
import {parseScript} from '../../source/simulator/script.ts';
import {startSimulator} from '../../source/simulator/server.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';

test('a session that began with one call at a time has connections for as many as it is raised to', async () => {
	const atOnce: number[] = [];
	const simulator = await startSimulator({
		script: parseScript('latency=300ms'),
		onCall: call => atOnce.push(call.concurrency),
	});
	onTestFinished(simulator.close);
	const folder = folderWith({'spec.yaml': specOf(60), '.env': 'OPENAI_API_KEY=none\n'});
	const argv = ['--base-url', simulator.url, '--env-file', path.join(folder, '.env'), '--concurrency', '1'];
	const options = runOptionsOf(path.join(folder, 'spec.yaml'), parseFlags(argv).flags, false);
	const session = await startRun(options);
	session.send({type: 'set-concurrency', concurrency: 20});
	await session.finished;
	expect(Math.max(...atOnce)).toBe(20);
	expect(resultsOf(folder)).toHaveLength(60);
	expect(journalOf(folder)).toContainEqual(
		expect.objectContaining({type: 'concurrency-changed', concurrency: 20}),
	);
});
