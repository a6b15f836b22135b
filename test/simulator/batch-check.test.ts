import {toFile} from 'openai';
import {describe, expect, it} from 'vitest';
import {batchClient, chatLine, chatLines} from './batch-client.ts';

const good = chatLine('good');

describe('a batch that fails when it is validated', () => {
	it.each([
		['a line that is no JSON', [good, '', '{"custom_id":'], 'invalid_json_line', 3, null],
		['a repeated custom_id', [good, good], 'duplicate_custom_id', 2, 'custom_id'],
		['no custom_id', [{...good, custom_id: undefined}], 'missing_required_parameter', 1, 'custom_id'],
		['another url', [good, {...chatLine('b'), url: '/v1/embeddings'}], 'url_mismatch', 2, 'url'],
		['another method', [{...good, method: 'GET'}], 'invalid_method', 1, 'method'],
		['no body', [{...good, body: undefined}], 'missing_required_parameter', 1, 'body'],
		[
			'no messages',
			[chatLine('a', '', {messages: undefined})],
			'missing_required_parameter',
			1,
			'body.messages',
		],
		['no model', [chatLine('a', '', {model: undefined})], 'missing_required_parameter', 1, 'body.model'],
		['two models', [good, chatLine('b', '', {model: 'other'})], 'model_mismatch', 2, 'body.model'],
		['an unknown model', [chatLine('a', '', {model: 'no-such-model'})], 'model_not_found', 1, 'body.model'],
		['no lines', ['', '\r'], 'empty_file', null, null],
	])('for %s', async (_, lines, code, line, param) => {
		const {create, finish} = await batchClient('batch=0s');
		const failed = await finish(await create(lines));
		expect(failed).toMatchObject({
			status: 'failed',
			output_file_id: null,
			error_file_id: null,
			in_progress_at: null,
		});
		expect(failed.failed_at).toBeGreaterThan(0);
		expect(failed.errors).toEqual({
			object: 'list',
			data: [{code, line, param, message: expect.stringMatching(/\w+/)}],
		});
	});

	it('for a file that is not there, or for something else', async () => {
		const {client, finish} = await batchClient('batch=0s');
		const create = (id: string) =>
			client.batches.create({input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h'});
		const failed = await finish(await create('file-none'));
		expect(failed.errors!.data![0]).toMatchObject({
			code: 'invalid_request',
			message: 'Cannot find file file-none.',
		});
		const other = await client.files.create({
			file: await toFile(Buffer.from('x'), 'x'),
			purpose: 'assistants',
		});
		expect((await finish(await create(other.id))).errors!.data![0]!.message).toContain("purpose 'batch'");
	});

	it('for more lines than a batch may have', async () => {
		const {create, finish} = await batchClient('batch=0s');
		const failed = await finish(await create(Array.from({length: 50_001}, () => '{}')));
		expect(failed.errors!.data![0]!.code).toBe('too_many_tasks');
	});

	it('names every bad line', async () => {
		const {create, finish} = await batchClient('batch=0s');
		const failed = await finish(await create([good, 'one', chatLine('b'), 'two']));
		expect(failed.errors!.data!.map(({line}) => line)).toEqual([2, 4]);
	});

	it('when too many tokens are enqueued, and not when the others are done', async () => {
		const {create, finish, poll} = await batchClient('batch=500ms,token_limit=300');
		const first = await create(chatLines(15));
		await poll(first, ({status}) => status !== 'validating');
		const second = await finish(await create(chatLines(15)));
		expect(second.status).toBe('failed');
		expect(second.errors!.data).toEqual([
			{
				code: 'token_limit_exceeded',
				line: null,
				param: null,
				message: expect.stringMatching(
					/^Enqueued token limit reached for gpt-4o-mini .* Limit: 300 enqueued tokens/,
				),
			},
		]);
		expect((await finish(first)).status).toBe('completed');
		expect((await finish(await create(chatLines(15)))).status).toBe('completed');
		const alone = await finish(await create(chatLines(60)));
		expect(alone.errors!.data![0]!.code).toBe('token_limit_exceeded');
	});
});
