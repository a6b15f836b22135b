import {execFileSync, spawn} from 'node:child_process';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {cliEnvironment, cliFile, until} from '../cli/cli-process.ts';
import {folderWith, reportOf, specOf} from '../cli/run-folder.ts';
import {expectRestored, startOnScreen} from '../cli/terminal.ts';
import {seededRandom, testSeed} from '../seeded-random.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectPlainText, strayCharacters} from './hostile-text.ts';
import {expectInvariants} from './invariants.ts';
import {full, times} from './strength.ts';
import {witnessOf} from './witness.ts';

const key = 'sk-test-fault-42-0123456789';
const env = {OPENAI_API_KEY: key};
const colours = /\u001b\[(?:\d+;)*(?:3[0-7]|9[0-7])(?:;\d+)*m/;

/** A run that goes on until it is left, and everything that it sends. */
async function longRun(requests: number) {
	const witness = await witnessOf((await simulated('latency=100ms')).url);
	const folder = folderWith({'spec.yaml': specOf(requests)});
	return {witness, folder, args: ['spec.yaml', '--base-url', witness.url, '--concurrency', '2']};
}

test('fault 42: a terminal of 20 by 5 shows where the run stands, takes keys and is given back', async () => {
	const {folder, args, witness} = await longRun(4);
	const session = startOnScreen(args, {cwd: folder, env, columns: 20, rows: 5});
	await session.shows('DONE');
	expect(session.rows()).toHaveLength(5);
	for (const typed of ['?', '\u001b', '1', '\r', '\u001b', 'F', '/', 'x', '\u001b', 'L', '\u001b', ':'])
		session.type(typed);
	session.type('\u0003\u0003');
	expect((await session.exited).exitCode).toBe(0);
	await expectRestored(session);
	expect(strayCharacters(session.output())).toEqual([]);
	await expectInvariants({folder, requests: 4, ends: [], keys: [key], witness, session});
});

test('fault 42: a storm of resizes leaves the frame that a fresh drawing gives', async () => {
	const random = seededRandom(testSeed('resize storm'));
	const {folder, args, witness} = await longRun(3);
	const session = startOnScreen(args, {cwd: folder, env, columns: 120, rows: 40});
	await session.shows('3/3');
	for (let round = 0; round < times(100, 1000); round++) {
		session.resize(1 + Math.floor(random() * 200), 1 + Math.floor(random() * 60));
		if (random() < 0.3) await delay(5);
	}

	session.resize(100, 30);
	await until(() => session.rows()[29]?.includes('quit') === true, 'the footer on the last row');
	// Nothing changes any more once a run is done: silence is the end of drawing.
	const settled = async () => {
		for (let written = -1; written < session.output().length; await delay(500)) {
			written = session.output().length;
		}

		return session.rows().join('\n');
	};
	const after = await settled();
	const drawn = session.output().length;
	session.type('\u000c');
	await until(() => session.output().length > drawn, 'a fresh drawing');
	expect(await settled()).toBe(after);
	session.type('q');
	expect((await session.exited).exitCode).toBe(0);
	await expectRestored(session);
	await expectInvariants({folder, requests: 3, ends: [], keys: [key], witness, session});
});

const surroundings: readonly (readonly [NodeJS.ProcessEnv, isFull: boolean])[] = [
	[{}, true],
	[{CI: 'false'}, true],
	[{CI: 'true'}, false],
	[{TERM: 'dumb'}, false],
	[{NO_COLOR: '1'}, true],
	...(full
		? ([
				[{CI: ''}, true],
				[{CI: '0'}, true],
				[{CI: '1'}, false],
				[{NO_COLOR: ''}, true],
				[{TERM: ''}, true],
				[{TERM: 'no-such-terminal'}, true],
				[{COLUMNS: '0', LINES: '0'}, true],
			] as const)
		: []),
];

test.each(surroundings)('fault 42: %j in a terminal gives the full screen: %s', async (variables, isFull) => {
	const folder = folderWith({'spec.yaml': specOf(1)});
	const args = ['spec.yaml', '--simulate', '--exit-when-done'];
	const session = startOnScreen(args, {cwd: folder, env: variables});
	const {exitCode} = await session.exited;
	expect(exitCode, session.output()).toBe(0);
	await until(() => session.output().includes('1 of 1 request done'), 'the closing lines');
	expect(session.output().includes('\u001b[?1049h')).toBe(isFull);
	expect(session.output()).not.toContain('Warning');
	expect(colours.test(session.output())).toBe(isFull && !variables.NO_COLOR);
	if (!isFull) expectPlainText(session.output().replaceAll('\r\n', '\n'));
});

test('fault 42: without any terminal, and without stdin, stdout or stderr, a run works or says why', async () => {
	const shell = async (redirections: string) => {
		const folder = folderWith({'spec.yaml': specOf(2)});
		const command = `"$0" "$1" spec.yaml --simulate ${redirections}`;
		// No controlling terminal either.
		const child = spawn('setsid', ['-w', 'sh', '-c', command, process.execPath, cliFile], {
			cwd: folder,
			env: cliEnvironment({TERM: undefined}),
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let output = '';
		child.stdout.on('data', data => (output += data));
		child.stderr.on('data', data => (output += data));
		const code = await new Promise(resolve => child.once('close', resolve));
		return {folder, code, output};
	};
	const piped = await shell('< /dev/null 2>&1');
	expect(piped.code, piped.output).toBe(0);
	expectPlainText(piped.output);
	await expectInvariants({folder: piped.folder, requests: 2, ends: [], keys: [key]});
	for (const redirections of [
		'<&- --display json',
		'>&- 2>&-',
		...(full ? ['<&- >&- 2>&-', '2>&-', '> /dev/full'] : []),
	]) {
		const end = await shell(redirections);
		expect([0, 129], `${redirections}: ${end.code} ${end.output}`).toContain(end.code);
		if (redirections.includes('json')) expect(reportOf(end.output).requests.done).toBe(2);
		expect(end.output).not.toMatch(/^\s+at /m);
		const status = execFileSync(process.execPath, [cliFile, 'status', 'spec.yaml', '--json'], {
			cwd: end.folder,
			env: cliEnvironment(),
		});
		expect(JSON.parse(status.toString()).requests.total).toBe(2);
	}
});
