import {describe, expect, test} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {recordingProxy} from './recording-proxy.ts';
import {failuresOf, folderWith, journalOf, resultsOf} from './run-folder.ts';
import {runHere} from './run-here.ts';

/** The endpoints that answer in words, by both lanes. */
const ways = (['chat', 'responses'] as const).flatMap(endpoint =>
	(['direct', 'batch'] as const).map(mode => [endpoint, mode] as const),
);

/** What bounds the output there. */
const bound = {chat: 'max_tokens', responses: 'max_output_tokens'} as const;

async function run(
	[endpoint, mode]: (typeof ways)[number],
	rest: string,
	{count = 6, script = '', spoil}: {count?: number; script?: string; spoil?: (text: string) => string} = {},
) {
	const simulator = await simulated(['batch=100ms', script].filter(Boolean).join(','));
	const {origin} = await recordingProxy(simulator.url, spoil);
	const args = Array.from({length: count}, (_, n) => `{w: word${n}}`).join(', ');
	const folder = folderWith({
		'.env': 'OPENAI_API_KEY=sk-test\n',
		'answer.json': JSON.stringify({
			type: 'object',
			properties: {category: {enum: ['lost_card', 'top_up']}, note: {type: 'string'}},
			required: ['category', 'note'],
			additionalProperties: false,
		}),
		'spec.yaml': `model: gpt-4o-mini\nendpoint: ${endpoint}\nmode: ${mode}\nprompts: Say {{w}}\nargs: [${args}]\nremote_files: keep\nbatch: {poll_s: 0.05}\n${rest}\n`,
	});
	const {report} = await runHere(folder, ['--base-url', `${origin}/v1`]);
	/** The bodies that were sent, in calls and in files. */
	const sent = async (): Promise<readonly {readonly [field: string]: unknown}[]> => {
		if (mode === 'direct') {
			return simulator.calls.map(({body}) => body as {readonly [field: string]: unknown});
		}

		const list = JSON.parse((await simulator.get('/batches')).text) as {data: {input_file_id: string}[]};
		const files = await Promise.all(
			list.data.map(async ({input_file_id: id}) => (await simulator.get(`/files/${id}/content`)).text),
		);
		return files.flatMap(file => file.trim().split('\n')).map(line => JSON.parse(line).body);
	};

	return {folder, report, sent};
}

describe.each(ways)('structured output, %s %s', (...way) => {
	const [endpoint] = way;
	const retry = 'retry: {initial_s: 0.01, max_s: 0.01}';

	test('a schema in a file, without titles, is sent strict; one bad answer is asked for again', async () => {
		let spoilt = 0;
		const spoil = (text: string) =>
			text.replace(/\\"category\\":\\"\w+\\"/, found =>
				spoilt++ === 0 ? '\\"category\\":\\"nonsense\\"' : found,
			);
		const {folder, sent} = await run(way, `schema: answer.json\n${retry}`, {spoil});
		const results = resultsOf(folder);
		expect(results).toHaveLength(6);
		for (const {parsed, text, warnings} of results) {
			expect(['lost_card', 'top_up']).toContain((parsed as {category: string}).category);
			expect(JSON.parse(text!)).toEqual(parsed);
			expect(warnings).toEqual([]);
		}

		expect(results.map(({attempts}) => attempts).sort()).toEqual([1, 1, 1, 1, 1, 2]);
		const failed = journalOf(folder).filter(({type}) => type === 'attempt-failed');
		expect(failed).toMatchObject([
			{failure: {kind: 'schema', message: expect.stringContaining('category must be equal to one of')}},
		]);
		const bodies = await sent();
		expect(bodies).toHaveLength(7);
		const format = {name: 'answer', strict: true, schema: expect.objectContaining({type: 'object'})};
		for (const body of bodies) {
			expect(body).toMatchObject(
				endpoint === 'chat'
					? {response_format: {type: 'json_schema', json_schema: format}}
					: {text: {format: {type: 'json_schema', ...format}}},
			);
		}
	});

	test('answers that never satisfy it fail as such, when the retries are used up', async () => {
		const spoil = (text: string) => text.replaceAll(/\\"note\\":/g, '\\"notes\\":');
		const {folder, report} = await run(
			way,
			'schema: {type: object, properties: {note: {type: string}}, required: [note], additionalProperties: false}\nretry: {max_retries: 1, initial_s: 0.01, max_s: 0.01}',
			{count: 2, spoil},
		);
		expect(report.failures).toEqual({schema: 2});
		expect(failuresOf(folder)).toMatchObject([
			{attempts: 2, error: {kind: 'schema', status: 200, message: expect.stringContaining('note')}},
			{attempts: 2},
		]);
	});
});

describe.each(ways)('refused, filtered and cut answers, %s %s', (...way) => {
	const script = 'seed=4,refusal=34%,filter=33%,length=33%';
	const params = `params: {${bound[way[0]]}: 30}`;

	test('fail as what they are, each kind counted, where the spec says so', async () => {
		const {folder, report} = await run(way, `${params}\non_truncated: fail`, {count: 16, script});
		const kinds = Object.keys(report.failures).sort();
		expect(kinds).toEqual(['content_filter', 'refusal', 'truncated']);
		expect(report.requests).toMatchObject({done: 0, failed: 16});
		const count = (kind: string) => failuresOf(folder).filter(({error}) => error.kind === kind).length;
		expect(Object.fromEntries(kinds.map(kind => [kind, count(kind)]))).toEqual(report.failures);
		// They were answered, so they were paid for.
		expect(report.cost_usd).toBeGreaterThan(0);
		expect(report.attempts).toBe(16);
	});

	test('are kept with a warning, where the spec says so', async () => {
		const {folder, report} = await run(way, `${params}\non_refusal: keep\non_content_filter: keep`, {
			count: 16,
			script,
		});
		expect(report.requests).toMatchObject({done: 16, failed: 0});
		const warnings = new Set(resultsOf(folder).flatMap(row => row.warnings));
		expect([...warnings].sort()).toEqual(['content_filter', 'refusal', 'truncated']);
	});

	test('a cut answer is asked for again with twice the room', async () => {
		const field = bound[way[0]];
		const {folder, sent} = await run(
			way,
			`params: {${field}: 3}\non_truncated: retry\nretry: {max_retries: 8, initial_s: 0.01, max_s: 0.01}\nguard: {max_pass_failures: 20}`,
			{count: 2},
		);
		const results = resultsOf(folder);
		expect(results.map(({finish_reason}) => finish_reason)).toEqual(['stop', 'stop']);
		const bodies = await sent();
		for (const {attempts, prompt} of results) {
			expect(attempts).toBeGreaterThan(2);
			const rooms = bodies
				.filter(body => JSON.stringify(body).includes(`"${prompt}"`))
				.map(body => Number(body[field]))
				.sort((one, other) => one - other);
			expect(rooms).toEqual(Array.from({length: attempts}, (_, n) => 3 * 2 ** n));
		}
	});
});

describe.each(ways)('tools, %s %s', (...way) => {
	const [endpoint] = way;
	const parameters = {
		type: 'object',
		properties: {city: {type: 'string'}},
		required: ['city'],
		additionalProperties: false,
	};
	const tool =
		endpoint === 'chat'
			? {type: 'function', function: {name: 'weather', strict: true, parameters}}
			: {type: 'function', name: 'weather', strict: true, parameters};

	test('go out untouched, and a call of one is an answer', async () => {
		const params = JSON.stringify({tools: [tool], tool_choice: 'required', [bound[endpoint]]: 50});
		const {folder, report, sent} = await run(way, `params: ${params}`, {count: 3});
		expect(report.requests).toMatchObject({done: 3, failed: 0});
		for (const body of await sent()) {
			expect(body).toMatchObject({tools: [tool], tool_choice: 'required'});
		}

		for (const {text, finish_reason, warnings, choice, cost_usd} of resultsOf(folder)) {
			expect({text, finish_reason, warnings}).toEqual({
				text: null,
				finish_reason: 'tool_calls',
				warnings: [],
			});
			const call = JSON.stringify(choice);
			expect(call).toContain('"name":"weather"');
			expect(call).toContain('\\"city\\":');
			expect(cost_usd).toBeGreaterThan(0);
		}
	});
});
