import {z} from 'zod';

/** Ways to ask and to judge that go beyond one prompt, one answer. All of them come with a later version. */
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
		tokens: count().optional().meta({description: 'Tokens per call.'}),
		items: count().max(100).optional().meta({description: 'Items per call. Default 25.'}),
		audit: percent().optional().meta({description: 'Share of items that is also asked alone.'}),
		text: text().optional().meta({description: 'The arg that holds the item.'}),
	})
	.meta({description: 'Several items in one call.', examples: [{items: 25, audit: '5%'}]});

export const voteSchema = z
	.strictObject({rounds: count().meta({description: 'Rounds, each in another order.'})})
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

export const scoreSchema = z
	.array(
		z.strictObject({
			match: text().optional(),
			includes: text().optional(),
			regex: text().optional(),
			module: text().optional(),
			path: text().optional(),
		}),
	)
	.meta({description: 'Scorers of an answer.', examples: [[{match: '{{expected}}'}]]});

export const judgeSchema = z
	.strictObject({judges: texts(), templates: texts(), limits: z.record(z.string(), z.unknown()).optional()})
	.meta({description: 'Let models judge the answers.'});

export const rephraseSchema = z
	.strictObject({
		models: texts(),
		templates: texts(),
		parser: text().optional(),
		keep_originals: z.boolean().optional(),
	})
	.meta({description: 'Let models rephrase the prompts first.'});

export const canarySchema = percent().meta({description: 'Share to run first.', examples: ['1%']});

export const providersSchema = z
	.record(
		z.string(),
		z.strictObject({
			profile: text().optional(),
			base_url: text().optional(),
			api_key_env: text().optional(),
			batch: z.boolean().optional(),
			allow_http: z.boolean().optional(),
		}),
	)
	.meta({description: 'Named providers.', examples: [{local: {base_url: 'http://127.0.0.1:11434/v1'}}]});
