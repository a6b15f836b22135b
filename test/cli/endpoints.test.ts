import {expect, test} from 'vitest';
import type {Endpoint} from '../../source/domain/request.ts';
import {type Simulated, simulated} from '../simulator/simulated.ts';
import {failuresOf, folderWith, resultsOf} from './run-folder.ts';
import {runHere} from './run-here.ts';

type Case = {
	readonly model: string;
	/** Lines of the spec for this endpoint. */
	readonly rest: string;
	/** The body that the word `word1` leads to. */
	readonly body: object;
	/** What the first result of it shows. */
	readonly row: object;
};

const question = 'Say word1';

const cases: {readonly [E in Endpoint]: Case} = {
	chat: {
		model: 'gpt-4o-mini',
		rest: 'params: {max_tokens: 20, n: 2}',
		body: {messages: [{role: 'user', content: question}], max_tokens: 20, n: 2},
		row: {text: expect.any(String), choice: {message: {role: 'assistant'}}},
	},
	completions: {
		model: 'gpt-3.5-turbo-instruct',
		rest: 'params: {max_tokens: 20, n: 2}',
		body: {prompt: question, max_tokens: 20, n: 2},
		row: {text: expect.any(String), choice: {text: expect.any(String)}},
	},
	responses: {
		model: 'gpt-4o-mini',
		rest: 'params: {max_output_tokens: 20}',
		body: {input: question, max_output_tokens: 20},
		row: {text: expect.any(String), choice: {output: [{type: 'message'}]}},
	},
	embeddings: {
		model: 'text-embedding-3-small',
		rest: 'params: {dimensions: 4}',
		body: {input: question, dimensions: 4},
		row: {text: null, choice: {object: 'embedding', embedding: expect.any(Array)}},
	},
	moderations: {
		model: 'omni-moderation-latest',
		rest: '',
		body: {input: question},
		row: {text: null, choice: {flagged: expect.any(Boolean)}},
	},
};

const paths = {
	chat: '/chat/completions',
	completions: '/completions',
	responses: '/responses',
	embeddings: '/embeddings',
	moderations: '/moderations',
} as const;

async function run(endpoint: Endpoint, mode: 'direct' | 'batch', simulator: Simulated) {
	const {model, rest} = cases[endpoint];
	const folder = folderWith({
		'.env': 'OPENAI_API_KEY=sk-test\n',
		'spec.yaml': `model: ${model}\nendpoint: ${endpoint}\nmode: ${mode}\nprompts: Say {{w}}\nargs: [{w: word0}, {w: word1}, {w: word2}]\nremote_files: keep\nbatch: {poll_s: 0.05}\n${rest}\n`,
	});
	const {report} = await runHere(folder, ['--base-url', simulator.url]);
	expect(report.requests).toMatchObject({total: 3, done: 3});
	expect(failuresOf(folder)).toEqual([]);
	return resultsOf(folder);
}

test.each(Object.keys(cases) as Endpoint[])(
	'%s goes out and comes back the same by both lanes',
	async endpoint => {
		const {model, body, row} = cases[endpoint];
		const [calls, batches] = await Promise.all([simulated(), simulated('batch=100ms')]);
		const [direct, batched] = await Promise.all([
			run(endpoint, 'direct', calls),
			run(endpoint, 'batch', batches),
		]);
		for (const {path, method} of calls.calls) {
			expect(`${method} ${path}`).toBe(`POST ${paths[endpoint]}`);
		}

		expect(calls.calls).toHaveLength(3);
		expect(calls.calls.map(call => call.body)).toContainEqual({model, ...body});
		const [batch] = (
			JSON.parse((await batches.get('/batches')).text) as {data: {endpoint: string; input_file_id: string}[]}
		).data;
		expect(batch!.endpoint).toBe(`/v1${paths[endpoint]}`);
		const file = (await batches.get(`/files/${batch!.input_file_id}/content`)).text;
		const lines = file
			.trim()
			.split('\n')
			.map(line => JSON.parse(line) as {readonly url: string; readonly body: object});
		expect(lines.map(({url}) => url)).toEqual(Array(3).fill(`/v1${paths[endpoint]}`));
		expect(lines[1]!.body).toEqual({model, ...body});
		expect(batches.calls.filter(({path}) => path === paths[endpoint])).toEqual([]);

		const rowsEach = 'n' in body ? 2 : 1;
		expect(direct.map(({index}) => index)).toEqual([0, 1, 2].flatMap(index => Array(rowsEach).fill(index)));
		expect(direct.find(({index}) => index === 1)).toMatchObject({
			prompt: question,
			model,
			mode: 'direct',
			...row,
		});
		expect(direct[0]!.cost_usd).toBeGreaterThanOrEqual(0);
		const answers = (rows: typeof direct) =>
			rows.map(({index, choice_index, text, choice}) => ({index, choice_index, text, choice}));
		expect(answers(batched)).toEqual(answers(direct));
		expect(batched.map(({mode}) => mode)).toEqual(direct.map(() => 'batch'));
		// A batch costs half, to the last picodollar of what is shown.
		const cost = (rows: typeof direct) => rows.reduce((sum, {cost_usd}) => sum + (cost_usd ?? 0), 0);
		expect(cost(batched)).toBeCloseTo(cost(direct) / 2, 12);
	},
);
