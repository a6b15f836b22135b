import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {folderWith, journalOf, reportOf, resultsOf} from './run-folder.ts';

const start = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108', 'hex');
const png = (fill: number) => Buffer.concat([start, Buffer.alloc(600_000, fill)]);

const spec = `
model: gpt-4o-mini
params: {max_tokens: 10}
prompts:
  messages: [{role: user, content: [{type: text, text: 'What is {{n}}?'}, {type: image_url, image_url: {url: '{{file}}'}}]}]
args: {file: rows.csv}
`;

test('images go by batch within its size, from copies of the run; a changed one is refused', async () => {
	const rows = ['n,file', '1,a.png', '2,b.png', '3,a.png', '4,https://example.com/c.png', '5,b.png'].join(
		'\n',
	);
	const folder = folderWith({'spec.yaml': spec, 'rows.csv': rows, 'a.png': png(1), 'b.png': png(2)});
	const check = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect(check.code, check.stderr).toBe(0);
	expect(check.stdout).toContain('requests   5');

	const args = ['spec.yaml', '--simulate=batch=0.3s', '--display', 'json'];
	const direct = [...args, '--mode', 'direct'];
	const limits = ['--mode', 'batch', '--set', 'batch.max_mb=2', '--set', 'batch.poll_s=0.2'];
	const first = await runCli([...args, ...limits], {cwd: folder});
	expect(reportOf(first.stdout)).toMatchObject({requests: {done: 5}, mode: {batch: 5}});
	// 0.8 MB a line: two of them to a file.
	const cut = journalOf(folder).flatMap(event => (event.type === 'shard-cut' ? [event.bytes] : []));
	expect(cut.length).toBe(2);
	expect(Math.max(...cut)).toBeLessThan(2e6);
	expect(Math.min(...cut)).toBeGreaterThan(800_000);
	const [row] = resultsOf(folder);
	expect(JSON.stringify(row).length).toBeLessThan(5000);
	expect(row!.messages).toMatchObject([{content: [{}, {image_url: {url: 'a.png'}}]}]);

	writeFileSync(path.join(folder, 'b.png'), png(3));
	const changed = await runCli(args, {cwd: folder});
	expect(changed.code).toBe(2);
	expect(changed.stderr).toContain('b.png: changed');
	const accepted = await runCli([...direct, '--reinit-meta'], {cwd: folder});
	expect(reportOf(accepted.stdout)).toMatchObject({requests: {done: 5}, session: {requests: 2}});
	rmSync(path.join(folder, 'b.png'));
	expect((await runCli(direct, {cwd: folder})).code).toBe(0);

	rmSync(path.join(folder, 'a.png'));
	const missing = await runCli(['check', 'spec.yaml'], {cwd: folder});
	expect(missing.code).toBe(2);
	expect(missing.stderr).toContain('rows.csv:2: there is no image a.png.');
});
