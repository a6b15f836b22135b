import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import OpenAI, {toFile} from 'openai';
import {expect, it} from 'vitest';
import {until as untilAnswered} from '../simulator/simulated.ts';
import {runCli, startCli} from './cli-process.ts';
import {folderWith} from './run-folder.ts';

const model = 'gpt-4o-mini';

it('serves the unmodified client: chat, completions, responses, embeddings, files and a whole batch', async () => {
	const folder = folderWith({});
	const server = startCli(['simulate', 'batch=200ms,latency=5ms', '--port', '0'], {cwd: folder});
	await server.says('http://127.0.0.1:');
	const baseURL = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(server.stdout())![0];
	const client = new OpenAI({baseURL, apiKey: 'any', maxRetries: 0});
	const messages = [{role: 'user', content: 'Say hello'}] as const;

	const chat = await client.chat.completions.create({model, messages: [...messages], n: 2});
	expect(chat.choices.map(({message}) => message.content)).toEqual([expect.any(String), expect.any(String)]);
	expect(chat.usage!.total_tokens).toBe(chat.usage!.prompt_tokens + chat.usage!.completion_tokens);
	const completion = await client.completions.create({
		model: 'gpt-3.5-turbo-instruct',
		prompt: ['one', 'two'],
		max_tokens: 5,
	});
	expect(completion.choices.map(({index}) => index)).toEqual([0, 1]);
	const response = await client.responses.create({model, input: 'Say hello'});
	expect(response.output_text.length).toBeGreaterThan(0);
	const embedding = await client.embeddings.create({model: 'text-embedding-3-small', input: ['a', 'b']});
	expect(embedding.data.map(({index}) => index)).toEqual([0, 1]);
	expect((await client.models.list()).data.map(({id}) => id)).toContain(model);

	const lines = Array.from({length: 5}, (_, index) =>
		JSON.stringify({
			custom_id: `id-${index}`,
			method: 'POST',
			url: '/v1/chat/completions',
			body: {model, messages: [{role: 'user', content: `Say ${index}`}]},
		}),
	);
	const file = await client.files.create({
		file: await toFile(Buffer.from(lines.join('\n')), 'batch.jsonl'),
		purpose: 'batch',
	});
	expect(await (await client.files.content(file.id)).text()).toBe(lines.join('\n'));
	const created = await client.batches.create({
		input_file_id: file.id,
		endpoint: '/v1/chat/completions',
		completion_window: '24h',
		metadata: {run: 'test'},
	});
	const batch = await untilAnswered(async () => {
		const now = await client.batches.retrieve(created.id);
		return now.status === 'completed' && now;
	});
	expect(batch).toMatchObject({
		request_counts: {total: 5, completed: 5, failed: 0},
		metadata: {run: 'test'},
	});
	const output = await (await client.files.content(batch.output_file_id!)).text();
	const answers = output
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(answers.map(({custom_id: id}) => id).toSorted()).toEqual(lines.map((_, index) => `id-${index}`));
	expect(answers[0].response.body.choices[0].message.content).toEqual(expect.any(String));
	await client.files.delete(file.id);
	expect((await client.files.list()).data.map(({id}) => id)).not.toContain(file.id);

	server.kill('SIGTERM');
	expect(await server.ended).toMatchObject({code: 143, stderr: ''});
});

it('says in one sentence what is wrong with a script or a port', async () => {
	const folder = folderWith({});
	const script = await runCli(['simulate', '429=lots'], {cwd: folder});
	expect(script).toMatchObject({code: 2, stdout: ''});
	expect(script.stderr).toContain('429=lots');
	const taken = createServer();
	await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve));
	const {port} = taken.address() as AddressInfo;
	const refused = await runCli(['simulate', '--port', String(port)], {cwd: folder});
	taken.close();
	expect(refused.code).toBe(2);
	expect(refused.stderr).toContain(`cannot listen on port ${port}`);
});
