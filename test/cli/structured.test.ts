import {expect, it} from 'vitest';
import {simulated} from '../simulator/simulated.ts';
import {runCli} from './cli-process.ts';
import {failuresOf, folderWith, resultsOf} from './run-folder.ts';

const spec = `
model: gpt-4o-mini
prompts: "Which category? {{text}}"
args: {file: rows.csv, limit: 200}
mode: direct
retry: {max_retries: 5, initial_s: 0.01, max_s: 0.02}
schema:
  type: object
  properties:
    category: {type: string, enum: [card_arrival, lost_card, top_up]}
    confidence: {type: number, minimum: 0, maximum: 1}
  required: [category, confidence]
  additionalProperties: false
`;

it('gives every row of a CSV one answer that satisfies the schema, in the order of the file', async () => {
	const rows = Array.from(
		{length: 250},
		(_, index) => `"Row ${index}, with ""quotes"" and {braces}",label ${index}`,
	);
	const folder = folderWith({'spec.yaml': spec, 'rows.csv': `text,label\n${rows.join('\n')}\n`});
	const simulator = await simulated('latency=0..20ms,length=5%,500=5%,cut=3%');
	const args = ['spec.yaml', '--base-url', simulator.url, '--display', 'none'];
	const {code} = await runCli(args, {cwd: folder, env: {OPENAI_API_KEY: 'sk-test'}});
	expect(code).toBe(0);
	expect(failuresOf(folder)).toEqual([]);
	const results = resultsOf(folder);
	expect(results.map(({index, input}) => [index, input])).toEqual(
		Array.from({length: 200}, (_, index) => [index, {label: `label ${index}`}]),
	);
	for (const {prompt, parsed, text, index} of results) {
		expect(prompt).toBe(`Which category? Row ${index}, with "quotes" and {braces}`);
		const {category, confidence, ...others} = parsed as {[key: string]: unknown};
		expect(['card_arrival', 'lost_card', 'top_up']).toContain(category);
		expect(confidence).toBeGreaterThanOrEqual(0);
		expect(confidence).toBeLessThanOrEqual(1);
		expect(others).toEqual({});
		expect(JSON.parse(text!)).toEqual(parsed);
	}

	const {response_format: format} = simulator.calls[0]!.body as {readonly response_format: object};
	expect(format).toMatchObject({type: 'json_schema', json_schema: {strict: true}});
});
