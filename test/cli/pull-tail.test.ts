import {appendFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {parseFlags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {startRun} from '../../source/cli/start-run.ts';
import type {BatchEvent} from '../../source/domain/batch-event.ts';
import {encodeEvent} from '../../source/domain/event-line.ts';
import {startCli, until} from './cli-process.ts';
import {ledgerEnv, ledgerSpec, price, runAgainst} from './ledger-run.ts';
import {type LedgerServer, ledgerServer, sumOf} from './ledger-server.ts';
import {folderWith, journalOf, reportOf, resultsOf, runOf} from './run-folder.ts';

const spec = ledgerSpec(100, 'params: {max_tokens: 20}\nmode: batch\nbatch: {poll_s: 0.1}');

async function stuckServer(): Promise<LedgerServer> {
	return ledgerServer({answer: () => ({input: 20, output: 5}), batchMs: 300, stuck: 2});
}

/** The batch stands at 98 of 100, and that is on record. */
function stands(folder: string): boolean {
	return journalOf(folder).some(event => event.type === 'batch-updated' && event.counts.completed === 98);
}

function expectTailPulled(server: LedgerServer, folder: string): void {
	expect(resultsOf(folder).map(({index}) => index)).toEqual([...Array(100).keys()]);
	const lanes = journalOf(folder).flatMap(event =>
		event.type === 'attempt-answered' ? [[event.lane, event.index] as const] : [],
	);
	expect(lanes.filter(([lane]) => lane === 'batch')).toHaveLength(98);
	expect(lanes.filter(([lane]) => lane === 'direct').map(([, index]) => index)).toEqual([98, 99]);
	expect(server.batches.creations()).toBe(1);
	expect(server.batches.files.size).toBe(0);
	expect(server.seen).toHaveLength(100);
}

test('98 of 100 done: the tail is pulled, 2 go direct, and the cost is that of the server', async () => {
	const server = await stuckServer();
	const folder = folderWith({'spec.yaml': spec, '.env': `OPENAI_API_KEY=${ledgerEnv.OPENAI_API_KEY}\n`});
	const argv = ['--base-url', server.url, '--env-file', path.join(folder, '.env')];
	const session = await startRun(runOptionsOf(path.join(folder, 'spec.yaml'), parseFlags(argv).flags, false));
	await until(() => stands(folder), 'a batch that stands');
	expect(session.getSnapshot()?.batches.list[0]?.pull?.requests).toBe(2);
	session.send({type: 'cancel-batch', shard: 1, pullsTail: true});
	const end = await session.finished;
	expect(end).toMatchObject({reason: 'done', report: {mode: {direct: 2, batch: 98}}});
	expect(end.report.cost_usd).toBe(Number(sumOf(server.billed, price)) / 1e12);
	expectTailPulled(server, folder);
}, 60_000);

test('kill -9 after the end was asked for and before it was: the same command goes on to the same', async () => {
	const server = await stuckServer();
	const folder = folderWith({'spec.yaml': spec});
	const args = ['spec.yaml', '--base-url', server.url, '--display', 'json'];
	const killed = startCli(args, {cwd: folder, env: ledgerEnv});
	await until(() => stands(folder), 'a batch that stands');
	killed.kill('SIGKILL');
	await killed.ended;
	// What a session that was killed right after the key left behind.
	const asked: BatchEvent = {type: 'batch-cancel-asked', at: Date.now(), shard: 1, pullsTail: true};
	appendFileSync(path.join(runOf(folder), 'journal.jsonl'), `${encodeEvent(asked)}\n`);
	const {code, stdout, stderr} = await runAgainst(server, folder);
	expect(code, stderr).toBe(0);
	expect(reportOf(stdout)).toMatchObject({requests: {done: 100, failed: 0}, mode: {direct: 2, batch: 98}});
	expect(reportOf(stdout).cost_usd).toBe(Number(sumOf(server.billed, price)) / 1e12);
	expectTailPulled(server, folder);
}, 60_000);
