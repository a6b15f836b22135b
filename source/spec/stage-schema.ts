import * as z from 'zod';
import {ceilings} from './operational-schema.ts';

/** Ways to ask and to judge that go beyond one prompt, one answer. */
const count = () => z.int().min(1);
const text = () => z.string().min(1);
const percent = () =>
	z.union([z.string().regex(/^\d+(\.\d+)?%$/, 'must be a percentage'), z.number().min(0).max(1)]);
/** A text key with its description and an example. */
export function stageText(description: string, example: string) {
	return text().meta({description, examples: [example]});
}

const texts = () => z.union([text(), z.array(text()).min(1)]);

export const packSchema = z
	.strictObject({
		tokens: count()
			.optional()
			.meta({
				description: 'Input tokens per call; instruction, schema and tags count. Default: no bound.',
				examples: [2000],
			}),
		items: z
			.int()
			.min(2)
			.max(100)
			.optional()
			.meta({description: 'Items per call, at most 100. Default 25.', examples: [25]}),
		audit: percent()
			.optional()
			.meta({
				description: 'Share of items that is also asked alone, to compare the answers. Default 0.',
				examples: ['5%'],
			}),
		min_agreement: z
			.number()
			.min(0)
			.max(1)
			.optional()
			.meta({
				description: 'Packing goes off when audited answers surely agree less often. Default 0.8.',
				examples: [0.8],
			}),
		text: text()
			.optional()
			.meta({
				description: 'The arg that holds the item. Default: the only one of the template.',
				examples: ['text'],
			}),
		label: text()
			.optional()
			.meta({
				description: 'The field of the answer by which audit and vote compare. Default: all of it.',
				examples: ['category'],
			}),
	})
	.meta({description: 'Several items in one call.', examples: [{items: 25, audit: '5%'}]});

export const voteSchema = z
	.strictObject({
		rounds: z
			.int()
			.min(1)
			.max(25)
			.meta({description: 'Rounds, each with its items in another order.', examples: [3]}),
		early_stop: z
			.boolean()
			.optional()
			.meta({
				description: 'An item leaves after two equal and confident rounds in a row. Default true.',
				examples: [true],
			}),
	})
	.meta({description: 'Ask packs several times and vote.', examples: [{rounds: 3}]});

export const opinionsSchema = z
	.strictObject({
		min: count()
			.max(100)
			.optional()
			.meta({description: 'Answers at least. Default 3.', examples: [3]}),
		max: count()
			.max(100)
			.optional()
			.meta({description: 'Answers and lasting failures at most. Default 5.', examples: [5]}),
		confidence: z
			.number()
			.min(0)
			.max(1)
			.optional()
			.meta({description: 'Part of the answers that must agree to stop. Default 0.78.', examples: [0.78]}),
		label: text()
			.optional()
			.meta({
				description: 'Field of the answer, a JSON object, that is compared. Default: its whole text.',
				examples: ['emotion'],
			}),
		clear: text()
			.optional()
			.meta({
				description: 'Field that is false where the model is not sure: such an answer weighs half.',
				examples: ['is_clear'],
			}),
	})
	.meta({description: 'Ask each request again until enough answers agree.', examples: [{min: 3, max: 5}]});

const scoreTemplate = (description: string) =>
	z
		.union([z.string(), z.number(), z.boolean(), z.null()])
		.optional()
		.meta({description, examples: ['{{expected}}']});

export const scoreSchema = z
	.array(
		z.union([
			z.enum(['match', 'includes']),
			z.strictObject({
				match: scoreTemplate(
					'Equal to this template over the row, always in double braces. Default {{expected_response}}.',
				),
				includes: scoreTemplate('Contains this. Default {{expected_response}}.'),
				regex: text()
					.optional()
					.meta({description: 'Fits this pattern, bare or as /…/i.', examples: ['^(yes|no)']}),
				module: text()
					.optional()
					.meta({
						description: 'A module whose default export is given the row and returns its score.',
						examples: ['./scorer.mjs'],
					}),
				path: text()
					.optional()
					.meta({description: 'Compares this value of a JSON answer.', examples: ['label']}),
				name: text()
					.optional()
					.meta({description: 'Its name in `scores`.', examples: ['exact']}),
			}),
		]),
	)
	.min(1)
	.meta({
		description: 'Scorers of every answer; a changed one scores all answers anew.',
		examples: [[{match: '{{expected}}'}]],
	});

const stageModel = z.strictObject({
	model: text().meta({description: 'The model that is asked.', examples: ['gpt-4.1']}),
	provider: text()
		.optional()
		.meta({description: 'Its provider. Default: that of the spec.', examples: ['anthropic']}),
	params: z
		.record(z.string(), z.unknown())
		.optional()
		.meta({description: 'Fields of its body.', examples: [{temperature: 0}]}),
});

export const judgeSchema = z
	.strictObject({
		judges: z.union([texts(), z.record(z.string(), stageModel)]).meta({
			description: 'Models, or by name a model with its provider and params; or a .json file that says so.',
			examples: [{strict: {model: 'gpt-4.1', params: {temperature: 0}}}],
		}),
		templates: z.union([texts(), z.record(z.string(), text())]).meta({
			description: 'Texts with {INPUT_PROMPT} and {OUTPUT_RESPONSE}, or .txt and .md files that hold them.',
			examples: [['judge.txt']],
		}),
		limits: ceilings().optional().meta({description: 'Ceilings of the judges, beside those of the run.'}),
	})
	.meta({description: 'Let models judge every answer, as a further stage of the run.'});

export const rephraseSchema = z
	.strictObject({
		models: z.union([texts(), z.record(z.string(), stageModel)]).meta({
			description: 'Models, or by name a model with its provider and params.',
			examples: [['gpt-4o-mini']],
		}),
		templates: texts().meta({
			description: 'Texts with {INPUT_PROMPT}, or .txt and .md files of which each line is one.',
			examples: [['rephrase.txt']],
		}),
		parser: z
			.enum(['split_numbered_list'])
			.optional()
			.meta({description: 'Makes several prompts of one answer.', examples: ['split_numbered_list']}),
		keep_originals: z
			.boolean()
			.optional()
			.meta({description: 'Ask the prompts as they stand too. Default true.', examples: [false]}),
	})
	.meta({description: 'Let models rephrase the prompts, and ask what they say.'});

export const canarySchema = percent().meta({
	description:
		'Share of the requests that goes first, direct; then the run stops with a summary until a person goes on.',
	examples: ['1%'],
});
