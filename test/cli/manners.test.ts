import {describe, expect, it} from 'vitest';
import {runCli, until} from './cli-process.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const colours = /\u001b\[(?:\d+;)*(?:3[0-7]|4[0-7]|9[0-7])(?:;\d+)*m/;

describe('a screen without colours or without UTF-8', () => {
	it.each([
		[{NO_COLOR: '1'}, [], '┌'],
		[{LC_ALL: 'C'}, [], '+-[1 Queue'],
		[{LC_ALL: 'C.UTF-8'}, ['--ascii', '--no-color'], '+-[1 Queue'],
	] as const)('%j %j shows cursor, states and borders as text', async (env, flags, border) => {
		const folder = folderWith({'spec.yaml': specOf(5)});
		const session = startOnScreen(['spec.yaml', '--simulate=refusal=100%', ...flags], {cwd: folder, env});
		await session.shows('DONE');
		session.type('1');
		await session.shows('[1 Queue');
		session.type('j');
		await until(() => session.rows().some(row => /[│|]>\S* *1 +failed/.test(row)), 'the cursor as text');
		expect(session.rows().join('\n')).toContain(border);
		if (!('LC_ALL' in env) || flags.length > 0) expect(colours.test(session.output())).toBe(false);
		if (border !== '┌') expect(/[^\u0000-\u007f]/.test(session.rows().join(''))).toBe(false);
		session.type('q');
		expect((await session.exited).exitCode).toBe(1);
		await expectRestored(session);
	});
});

it('--readonly only watches: keys that change the run say why not, the run goes on, and q leaves', async () => {
	const folder = folderWith({'spec.yaml': specOf(30)});
	const args = ['spec.yaml', '--simulate=latency=200ms,refusal=30%', '--concurrency', '2', '--readonly'];
	const session = startOnScreen(args, {cwd: folder});
	await session.shows('RUNNING');
	for (const key of ['p', 'w', '+', '-']) {
		session.type(key);
		await session.shows('this screen only watches (--readonly)');
	}

	await session.shows('DONE');
	session.type('q');
	expect((await session.exited).exitCode).toBe(1);
	await expectRestored(session);
	expect(resultsOf(folder).length).toBeGreaterThan(0);
	const changes = journalOf(folder).filter(({type}) =>
		['paused', 'resumed', 'requests-wiped', 'concurrency-changed'].includes(type),
	);
	expect(changes).toEqual([]);
});

it.each([
	['--on-hangup', 'stay', '--on-hangup: “stay” is none of save, continue.'],
	['--verbose', 'loud', '--verbose: “loud” is none of never, error, warn, always.'],
])('%s %s is refused with 2', async (flag, value, sentence) => {
	const folder = folderWith({'spec.yaml': specOf(1)});
	const {code, stderr} = await runCli(['spec.yaml', '--simulate', flag, value], {cwd: folder});
	expect(code).toBe(2);
	expect(stderr.split('\n')[0]).toBe(sentence);
});
