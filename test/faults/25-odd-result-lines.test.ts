import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {batchSpec} from '../cli/batch-run.ts';
import {folderWith, journalOf, reportOf, resultsOf, runOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {changedLines} from './batch-edits.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst, startAgainst} from './program.ts';
import {times} from './strength.ts';
import {witnessOf} from './witness.ts';

const requests = 12;
const spec = batchSpec(requests, 'mode: batch\nbatch: {poll_s: 0.1}');

/** The same answer with other words in it. */
function saying(line: string, words: string): string {
	const parsed = JSON.parse(line);
	parsed.response.body.choices[0].message.content = words;
	return JSON.stringify(parsed);
}

/** `position` of a line's custom_id, `shard-position`. */
function withId(line: string, customId: string): string {
	return JSON.stringify({...JSON.parse(line), custom_id: customId});
}

const broken = Buffer.from('{"custom_id":"1-5","resp', 'latin1');

/** Everything that rule 1.5 knows, around the good lines. */
function spoil(lines: readonly string[]): readonly (string | Buffer)[] {
	const [first, second, ...rest] = lines as [string, string, ...string[]];
	const huge = saying(second, 'x'.repeat(10_000_000));
	const invalid = Buffer.concat([
		Buffer.from('{"note":"'),
		Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80]),
		Buffer.from(`",${first.slice(1)}`),
	]);
	return [
		'\uFEFF',
		withId(first, '9-0'),
		'\r\n',
		withId(first, 'request-1'),
		'\r\n\r\n   \r\n',
		invalid,
		'\r\n',
		first,
		'\r\n',
		saying(first, 'another answer'),
		'\n\n',
		broken,
		'\n',
		huge,
		'\n',
		...rest.flatMap(line => [line, '\r\n']),
		Buffer.from([0xff, 0xff]),
		'\n[]\nnull\n"text"\n',
		withId(first, '1-0 '),
	];
}

test('unknown, repeated, broken, huge and wrongly encoded lines: each by its rule, and every request its own answer', async () => {
	const simulator = await simulated('batch=300ms');
	const witness = await witnessOf(simulator.url, ({kind}) =>
		kind === 'download' ? changedLines(spoil) : undefined,
	);
	const folder = folderWith({'spec.yaml': spec});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	const results = resultsOf(folder);
	expect(results).toHaveLength(requests);
	expect(results[0]!.text).not.toBe('another answer');
	expect(results.filter(({text}) => text?.length === 10_000_000)).toHaveLength(1);
	const [collected] = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(collected!.aside).toMatchObject({unknown: 3, duplicate: 2, garbled: 5, orphans: 0});
	const aside = readFileSync(path.join(runOf(folder), 'batches', 'shard-0001.aside.jsonl'), 'utf8');
	expect(aside).toContain('another answer');
	expect(aside).toContain('"custom_id":"9-0"');
	expect(reportOf(end.stdout).requests).toEqual({total: requests, done: requests, failed: 0, pending: 0});
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness, shards: 1});
}, 60_000);

test('an id in both files: the answer counts, and the error is put aside', async () => {
	const simulator = await simulated('seed=3,batch=300ms,500=30%');
	const seen: string[] = [];
	const witness = await witnessOf(simulator.url, ({kind, nthOfKind}) =>
		kind === 'download' && nthOfKind <= 2
			? changedLines(lines => {
					const errors = seen.map(id =>
						JSON.stringify({
							id: 'batch_req_x',
							custom_id: id,
							response: null,
							error: {code: 'server_error', message: 'An error occurred while processing your request.'},
						}),
					);
					seen.push(...lines.map(line => JSON.parse(line).custom_id));
					return [...lines, ...errors].map(line => `${line}\n`);
				})
			: undefined,
	);
	const folder = folderWith({'spec.yaml': spec});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder)).toHaveLength(requests);
	const [first] = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(first!.outcomes.failed, 'an error file').toBeGreaterThan(0);
	expect(first!.aside.duplicate).toBe(first!.outcomes.done);
	await expectInvariants({folder, requests, ends: [end], keys: [faultKey], witness});
}, 60_000);

test('a file of many and long lines is read as it comes: memory stays flat', async () => {
	const megabytes = times(60, 300);
	const simulator = await simulated('batch=300ms');
	const witness = await witnessOf(simulator.url, ({kind}) =>
		kind === 'download'
			? changedLines(lines => [
					...lines.map(line => `${line}\n`),
					// Strange ones, 1 MB each: the longest way, as each is kept aside.
					...Array.from(
						{length: megabytes},
						(_, at) => `${withId(saying(lines[0]!, 'y'.repeat(1_000_000)), `8-${at}`)}\n`,
					),
				])
			: undefined,
	);
	const folder = folderWith({'spec.yaml': spec});
	const run = startAgainst(witness.url, folder);
	let most = 0;
	const watch = setInterval(() => {
		most = Math.max(most, residentMb(run.pid));
	}, 20);
	const end = await run.ended;
	clearInterval(watch);
	expect(end.code, end.stderr).toBe(0);
	const [collected] = journalOf(folder).filter(event => event.type === 'batch-collected');
	expect(collected!.aside.unknown).toBe(megabytes);
	console.log(`${megabytes} MB of lines, at most ${most} MB resident`);
	expect(most).toBeGreaterThan(0);
	expect(most, 'MB resident').toBeLessThan(260);
}, 300_000);

function residentMb(pid: number): number {
	try {
		const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
		return Math.round(Number(kb) / 1000);
	} catch {
		// It has ended.
		return 0;
	}
}
