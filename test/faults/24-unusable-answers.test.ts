import {expect, test} from 'vitest';
import {failuresOf, folderWith, reportOf, resultsOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {faultKey, runAgainst} from './program.ts';
import {witnessOf} from './witness.ts';

type Completion = {
	choices: {message: {content: string | null; refusal?: string | null}; finish_reason: string}[];
};

/** By the number of the prompt: what the API makes of the answer, and the kind that it is then. */
const unusable: readonly (readonly [string, (choice: Completion['choices'][number]) => void])[] = [
	['truncated', choice => Object.assign(choice, {finish_reason: 'length'})],
	['content_filter', choice => Object.assign(choice, {finish_reason: 'content_filter'})],
	['refusal', choice => Object.assign(choice.message, {content: null, refusal: 'I cannot help with that.'})],
	['schema', choice => Object.assign(choice.message, {content: 'not JSON at all'})],
	['schema', choice => Object.assign(choice.message, {content: '{"category":"nonsense"}'})],
	['schema', choice => Object.assign(choice.message, {content: '{"category":"up","more":1}'})],
];

const answers = unusable.length + 2;

function spec(mode: string, rest: string): string {
	const args = Array.from({length: answers}, (_, number) => `{n: "${number}"}`).join(', ');
	return `model: gpt-4o-mini
prompts: Category of {{n}}?
args: [${args}]
mode: ${mode}
batch: {poll_s: 0.1}
retry: {max_retries: 1, initial_s: 0.01, max_s: 0.02}
guard: {max_pass_failures: 20}
params: {max_tokens: 60}
schema: {type: object, properties: {category: {enum: [up, down]}}, required: [category], additionalProperties: false}
${rest}
`;
}

/** Changes one completion as its number says. */
function changed(number: number, completion: Completion): Completion {
	const [choice] = completion.choices;
	// The simulator's own words end where their allowance does.
	Object.assign(choice!, {finish_reason: 'stop'});
	unusable[number]?.[1](choice!);
	return completion;
}

const numberIn = (text: string) => Number(/Category of (\d+)/.exec(text)![1]);

async function between() {
	const simulator = await simulated('batch=200ms');
	const questions = new Map<string, number>();
	return witnessOf(simulator.url, ({kind, body}) => {
		const text = body.toString();
		if (kind === 'direct') {
			return {
				act: 'edit',
				edit: answer => ({
					body: Buffer.from(JSON.stringify(changed(numberIn(text), JSON.parse(answer.body.toString())))),
				}),
			};
		}

		for (const line of kind === 'upload' ? text.split('\n').filter(each => each.startsWith('{')) : []) {
			questions.set(JSON.parse(line).custom_id, numberIn(line));
		}

		return kind === 'download'
			? {
					act: 'edit',
					edit: answer => ({
						body: Buffer.from(
							answer.body
								.toString()
								.trimEnd()
								.split('\n')
								.map(line => {
									const parsed = JSON.parse(line);
									changed(questions.get(parsed.custom_id)!, parsed.response.body);
									return `${JSON.stringify(parsed)}\n`;
								})
								.join(''),
						),
					}),
				}
			: undefined;
	});
}

test.each(['direct', 'batch'])(
	'%s: cut, filtered, refused and invalid answers fail as what they are, and are paid for',
	async mode => {
		const witness = await between();
		const folder = folderWith({'spec.yaml': spec(mode, '')});
		const end = await runAgainst(witness.url, folder);
		expect(end.code, end.stderr).toBe(1);
		expect(resultsOf(folder).map(({index}) => index)).toEqual([unusable.length, unusable.length + 1]);
		const failures = failuresOf(folder);
		expect(failures.map(({index, error}) => [index, error.kind])).toEqual(
			unusable.map(([kind], index) => [index, kind]),
		);
		// A refusal and a filter say the same again; the others are asked once more.
		expect(failures.map(({attempts}) => attempts)).toEqual([2, 1, 1, 2, 2, 2]);
		for (const attempt of failures.flatMap(({history}) => history)) {
			expect(attempt.cost_usd, `the answer was billed: ${attempt.message}`).toBeGreaterThan(0);
		}

		expect(reportOf(end.stdout).failures).toEqual({truncated: 1, content_filter: 1, refusal: 1, schema: 3});
		await expectInvariants({folder, requests: answers, ends: [end], keys: [faultKey], witness});
	},
	60_000,
);

test('kept where the spec says so, each with its warning, never without one', async () => {
	const witness = await between();
	const folder = folderWith({
		'spec.yaml': spec('direct', 'on_truncated: keep\non_refusal: keep\non_content_filter: keep').replace(
			/^schema: .*\n/m,
			'',
		),
	});
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	expect(resultsOf(folder).map(({warnings}) => warnings)).toEqual([
		['truncated'],
		['content_filter'],
		['refusal'],
		...Array(answers - 3).fill([]),
	]);
	await expectInvariants({folder, requests: answers, ends: [end], keys: [faultKey], witness});
}, 60_000);
