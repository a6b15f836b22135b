import {setTimeout as delay} from 'node:timers/promises';
import {expect, it} from 'vitest';
import type {PtySession} from '../ui/pty-session.ts';
import {folderWith, journalOf, resultsOf, specOf} from './run-folder.ts';
import {expectRestored, startOnScreen} from './terminal.ts';

const spec = (requests: number) => specOf(requests, 'mode: batch\nbatch: {poll_s: 0.2, max_requests: 100}');

/** A question can be answered once it could be read. */
async function confirm(session: PtySession): Promise<void> {
	await delay(300);
	session.type('y');
}

async function type(session: PtySession, keys: string): Promise<void> {
	for (const key of keys) {
		session.type(key);
		await delay(60);
	}
}

it('shows batches, stops at a ceiling, and goes on when it is raised in the cost pane', async () => {
	const folder = folderWith({'spec.yaml': spec(300)});
	const session = startOnScreen(['spec.yaml', '--simulate=batch=1s', '--max-cost', '0.0002'], {cwd: folder});
	await session.shows('#1 ');
	await session.shows('CEILING');
	await session.shows('of $0.0002');
	await type(session, '4+');
	await session.shows('USD for the whole run: 0.0002_');
	await type(session, '\u007f\u007f\u007f\u007f\u007f\u007f2\r');
	await session.shows('$2.00 for the whole run?');
	await confirm(session);
	await session.shows('DONE');
	session.type('q');
	expect(await session.exited).toMatchObject({exitCode: 0});
	await expectRestored(session);
	expect(resultsOf(folder)).toHaveLength(300);
	const types = journalOf(folder).map(event => event.type);
	expect(types).toEqual(expect.arrayContaining(['limit-reached', 'ceiling-raised']));
});

it('forces direct mode with d: what is remote is collected, and nothing more goes by batch', async () => {
	const folder = folderWith({'spec.yaml': `${spec(300)}remote: {max_batches: 1}\n`});
	const session = startOnScreen(['spec.yaml', '--simulate=batch=3s,latency=20ms'], {cwd: folder});
	await session.shows('WAITING');
	session.type('d');
	await session.shows('Direct only: ');
	await confirm(session);
	await session.shows('(forced)');
	await session.shows('DONE');
	session.type('q');
	expect(await session.exited).toMatchObject({exitCode: 0});
	const journal = journalOf(folder);
	const forcedAt = journal.findIndex(({type}) => type === 'direct-forced');
	const submittedAt = journal
		.map(({type}, at) => (type === 'batch-submitted' ? at : -1))
		.filter(at => at >= 0);
	expect(submittedAt).toHaveLength(1);
	expect(submittedAt[0]).toBeLessThan(forcedAt);
	const lanes = resultsOf(folder).map(({mode}) => mode);
	expect(lanes.filter(mode => mode === 'batch')).toHaveLength(100);
	expect(lanes.filter(mode => mode === 'direct')).toHaveLength(200);
});
