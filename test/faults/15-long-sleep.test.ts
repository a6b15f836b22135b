import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {startCli, until} from '../cli/cli-process.ts';
import {folderWith, journalOf, jsonLines, reportOf, specOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {settableClock} from './faked-clock.ts';
import {expectInvariants} from './invariants.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-15';
const requests = 40;
const concurrency = 4;
const sleepMs = 3 * 3_600_000;

/** A closed laptop: the process stands still, the clock is 3 h on when it wakes, and its connections are dead. */
test.each(['are cut', 'are silent for ever'])(
	'fault 15: a sleep of 3 h, after which the connections %s: calls are tried again, none fails',
	async how => {
		const simulator = await simulated('latency=50ms');
		let isAsleep = false;
		let lost = 0;
		const witness = await witnessOf(simulator.url, ({nthOfKind}) => {
			// The answers to these come while it sleeps, and get lost on the way.
			isAsleep ||= nthOfKind > 10;
			return isAsleep && lost++ < concurrency ? {act: 'hang'} : undefined;
		});
		const spec = specOf(
			requests,
			`rate: {concurrency: ${concurrency}}\nretry: {timeout_s: 2, initial_s: 0.1}`,
		);
		const folder = folderWith({'spec.yaml': spec});
		const clock = settableClock(path.join(folder, 'clock'));
		const args = ['spec.yaml', '--base-url', witness.url, '--display', 'json'];
		const child = startCli(args, {cwd: folder, env: {...clock.env, OPENAI_API_KEY: key}});
		await until(() => lost === concurrency, 'calls whose answers get lost');

		child.kill('SIGSTOP');
		clock.set('+3h');
		if (how === 'are cut') {
			witness.partition(true);
			witness.partition(false);
		}

		await delay(500);
		const wokenAtMs = Date.now();
		child.kill('SIGCONT');
		const end = await child.ended;
		expect(end.code, end.stderr).toBe(0);
		expect(Date.now() - wokenAtMs, 'waits are of running time').toBeLessThan(20_000);

		const report = reportOf(end.stdout);
		expect(report.requests).toEqual({total: requests, done: requests, failed: 0, pending: 0});
		expect(report.attempts, 'only what was out is tried again').toBe(requests + concurrency);
		expect(report.seconds, 'the sleep is no work').toBeLessThan(3600);
		const retries = jsonLines(end.stdout).filter(({event}) => event === 'retry-scheduled');
		expect(retries).toHaveLength(concurrency);
		expect(retries.filter(({wait_ms: waitMs}) => Number(waitMs) < 0 || Number(waitMs) > 60_000)).toEqual([]);
		const times = journalOf(folder).map(({at}) => at);
		expect(times, 'the order of the journal').toEqual([...times].sort((a, b) => a - b));
		expect(times.at(-1)! - times[0]!).toBeLessThan(sleepMs * 2);
		await expectInvariants({folder, requests, ends: [end], keys: [key], witness});
	},
);
