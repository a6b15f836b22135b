import * as z from 'zod';
import {
	batchSchema,
	guardSchema,
	hooksSchema,
	limitsSchema,
	outputSchema,
	pricesSchema,
	rateSchema,
	remoteSchema,
	retrySchema,
} from './operational-schema.ts';
import {providersSchema} from './provider-schema.ts';
import {
	canarySchema,
	judgeSchema,
	opinionsSchema,
	packSchema,
	rephraseSchema,
	scoreSchema,
	stageText,
	voteSchema,
} from './stage-schema.ts';

const text = () => z.string().min(1);
const dict = () => z.record(z.string(), z.unknown());
const fileName = () => text().meta({description: "A path relative to the spec's folder."});

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

/** A message goes out as it is written, with its texts filled in; fields that only the API knows pass. */
const messageSchema = z.looseObject({
	role: z.enum(roles).meta({description: 'Who speaks.', examples: ['user']}),
	content: z
		.union([z.string(), z.array(z.looseObject({type: text()})).min(1), z.null()])
		.optional()
		.meta({
			description: 'A template, or content parts whose text or image (a path or an address) is one.',
			examples: ['I like {{food}}'],
		}),
});

const promptSchema = z.union([
	text(),
	z.strictObject({file: fileName()}),
	z.strictObject({messages: z.array(messageSchema).min(1)}),
	z.strictObject({
		turns: z
			.array(text())
			.min(1)
			.meta({
				description: 'What the user says, one after the other, each with the answers before. Direct only.',
				examples: [['I like {{food}}', 'Why?']],
			}),
	}),
]);

const rowsFileSchema = z.strictObject({
	file: text().meta({
		description: "A path relative to the spec's folder; `-` is stdin.",
	}),
	offset: z
		.int()
		.min(0)
		.optional()
		.meta({description: 'Rows to leave out at the start.', examples: [100]}),
	limit: z
		.int()
		.min(1)
		.optional()
		.meta({description: 'Rows to take after the offset.', examples: [1000]}),
	sample: z
		.int()
		.min(1)
		.optional()
		.meta({description: 'Rows to choose at random from those, kept in file order.', examples: [200]}),
	seed: z
		.int()
		.optional()
		.meta({description: 'Seed of the choice. Default 0.', examples: [7]}),
});

const argsDictSchema = dict()
	.refine(args => !Object.hasOwn(args, 'file'))
	.meta({not: {required: ['file']}});

const modelSchema = z.union([
	text(),
	z.strictObject({
		provider: text().meta({description: 'A provider by name.', examples: ['openai']}),
		model: text().meta({description: 'Its model.', examples: ['gpt-4o-mini']}),
	}),
]);

/** One item or a list of them: a list is an axis. */
function axisOf<T extends z.ZodType>(item: T) {
	return z.union([item, z.array(item).min(1)]);
}

export const specSchema = z
	.strictObject({
		name: text()
			.optional()
			.meta({
				description: "The run's name. Default: the file's name without its ending.",
				examples: ['food-likes'],
			}),
		provider: z
			.union([
				text(),
				z.strictObject({
					base_url: text().meta({
						description: 'Address of an OpenAI-compatible API.',
						examples: ['http://127.0.0.1:11434/v1'],
					}),
					api_key_env: text()
						.optional()
						.meta({
							description: 'The variable that holds the key; without it no key is sent.',
							examples: ['MY_KEY'],
						}),
					allow_http: z
						.boolean()
						.optional()
						.meta({description: 'Allow plain http with a key beyond this machine.', examples: [true]}),
				}),
			])
			.optional()
			.meta({description: 'A provider by name, or an address. Default openai.', examples: ['openai']}),
		providers: providersSchema.optional(),
		endpoint: z
			.enum(['chat', 'completions', 'responses', 'embeddings', 'moderations'])
			.optional()
			.meta({description: 'The API route. Default chat.', examples: ['chat']}),
		model: axisOf(modelSchema)
			.optional()
			.meta({description: 'The model; a list is one more axis.', examples: ['gpt-4o-mini']}),
		template: z
			.enum(['braces', 'python'])
			.optional()
			.meta({
				description: '`braces` (default) reads {{name}}; `python` reads {name}, with {{ and }} as escapes.',
				examples: ['python'],
			}),
		prompts: axisOf(promptSchema)
			.optional()
			.meta({description: 'One template or a list.', examples: ['I like {{food}}']}),
		args: z
			.union([rowsFileSchema, argsDictSchema, z.array(z.union([dict(), z.array(dict()).min(1)])).min(1)])
			.optional()
			.meta({
				description: 'What fills the templates: one dict, a list, or a file of rows.',
				examples: [{food: 'pizza'}],
			}),
		params: axisOf(dict())
			.optional()
			.meta({
				description: 'Fields of the request body; a list is one more axis.',
				examples: [{max_tokens: 10, temperature: 0}],
			}),
		combine: z
			.enum(['product', 'zip'])
			.optional()
			.meta({
				description: '`product` (default) multiplies the axes; `zip` pairs them.',
				examples: ['zip'],
			}),
		requests: rowsFileSchema.optional().meta({
			description:
				'A file whose rows are requests (a prompto experiment or an OpenAI batch input file: JSONL, CSV, Parquet; `-` is stdin), instead of prompts, args and model.',
			examples: [{file: 'experiment.jsonl'}],
		}),
		schema: z
			.union([fileName(), dict()])
			.optional()
			.meta({
				description:
					'A JSON Schema, inline or a path: sent as strict structured output, every answer checked.',
				examples: ['answer.schema.json'],
			}),
		prompts_per_call: z
			.int()
			.min(1)
			.optional()
			.meta({
				description: 'Prompts that share a call of the completions endpoint. Default 1.',
				examples: [7],
			}),
		on_truncated: z
			.enum(['keep', 'retry', 'fail'])
			.optional()
			.meta({
				description: 'An answer cut short. Default keep; with a schema retry, which doubles the allowance.',
				examples: ['keep'],
			}),
		on_refusal: z
			.enum(['keep', 'fail'])
			.optional()
			.meta({description: 'An answer that refuses. Default fail.', examples: ['keep']}),
		on_content_filter: z
			.enum(['keep', 'fail'])
			.optional()
			.meta({description: 'An answer stopped by the content filter. Default fail.', examples: ['keep']}),
		mode: z
			.enum(['auto', 'batch', 'direct'])
			.optional()
			.meta({
				description: 'The lane. Default auto: many requests go by batch, few direct.',
				examples: ['auto'],
			}),
		rate: rateSchema.optional(),
		retry: retrySchema.optional(),
		batch: batchSchema.optional(),
		remote: remoteSchema.optional(),
		remote_files: z
			.enum(['delete', 'keep'])
			.optional()
			.meta({description: 'Remote files after success. Default delete.', examples: ['keep']}),
		limits: limitsSchema.optional(),
		guard: guardSchema.optional(),
		completion_ratio: z
			.number()
			.positive()
			.max(1)
			.optional()
			.meta({description: 'Expected share of the allowed output; learned when absent.', examples: [0.4]}),
		prices: pricesSchema.optional(),
		pack: packSchema.optional(),
		vote: voteSchema.optional(),
		opinions: opinionsSchema.optional(),
		score: scoreSchema.optional(),
		judge: judgeSchema.optional(),
		rephrase: rephraseSchema.optional(),
		task: stageText('A module that makes requests and takes answers.', './task.mjs').optional(),
		dedupe: z
			.boolean()
			.optional()
			.meta({
				description: 'Requests with the same body share one call; its cost counts once. Default false.',
				examples: [true],
			}),
		canary: canarySchema.optional(),
		output: outputSchema.optional(),
		hooks: hooksSchema.optional(),
	})
	.meta({title: 'promptbatch-tui spec', description: 'A run of LLM prompts.'});

/** A spec as it is written, after validation. */
export type SpecInput = z.infer<typeof specSchema>;

/** Keys that may change between sessions of one run. */
export const operationalKeys = [
	'rate',
	'retry',
	'batch',
	'remote',
	'limits',
	'guard',
	'prices',
	'mode',
	'hooks',
	'output',
	'remote_files',
	'completion_ratio',
	'canary',
] as const satisfies readonly (keyof SpecInput)[];
