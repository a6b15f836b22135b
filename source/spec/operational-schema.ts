import * as z from 'zod';

/**
 * The operational keys: how a run works, not what it asks. They may change between sessions of one run and can
 * be overridden by `--set`.
 */
const count = () => z.int().min(1);
const seconds = () => z.number().positive().max(86_400);
const amount = () => z.number().positive();

export const rateSchema = z
	.strictObject({
		concurrency: count()
			.max(10_000)
			.optional()
			.meta({description: 'Calls in flight at once, for the whole run. Default 64.', examples: [64]}),
		rpm: count()
			.nullable()
			.optional()
			.meta({
				description: 'Requests per minute and queue (provider + model), over any 60 s.',
				examples: [500],
			}),
		tpm: count()
			.nullable()
			.optional()
			.meta({description: 'Tokens per minute and queue, over any 60 s.', examples: [200_000]}),
		adaptive: z
			.boolean()
			.optional()
			.meta({description: "Follow the server's rate headers and refusals. Default true.", examples: [true]}),
		by: z
			.record(z.string(), z.union([count(), z.record(z.string(), count())]))
			.optional()
			.meta({
				description:
					'Requests per minute of a provider or of a group of rows; in a map of its models, `default` for the others. Instead of rpm.',
				examples: [{openai: {default: 100}}],
			}),
	})
	.meta({description: 'How fast calls may be made.', examples: [{concurrency: 64, rpm: 500}]});

// The state keeps retries and waits of a request in one byte each.
const perRequest = () => z.int().min(0).max(250);

export const retrySchema = z
	.strictObject({
		max_retries: perRequest()
			.optional()
			.meta({description: 'Retries after the first attempt. Default 2, which is 3 attempts.', examples: [2]}),
		initial_s: seconds()
			.optional()
			.meta({description: 'First backoff in seconds. Default 1.', examples: [1]}),
		max_s: seconds()
			.optional()
			.meta({description: 'Longest backoff of our own in seconds. Default 60.', examples: [60]}),
		timeout_s: seconds()
			.optional()
			.meta({description: 'Longest attempt in seconds, body included. Default 600.', examples: [600]}),
		max_waits: perRequest()
			.optional()
			.meta({
				description:
					'Attempts that a rate limit refused or no server saw, before a request fails. Default 30.',
				examples: [30],
			}),
	})
	.meta({description: 'What a failed attempt leads to.', examples: [{max_retries: 2, timeout_s: 600}]});

export const batchSchema = z
	.strictObject({
		min_requests: z.int().min(0).optional().meta({description: 'Fewer requests go direct. Default 101.'}),
		max_requests: count().max(50_000).optional().meta({description: 'Requests per batch. Default 50000.'}),
		max_mb: amount()
			.max(200)
			.optional()
			.meta({description: 'Megabytes (10^6) per batch file, at most 200. Default 190.'}),
		max_ktokens: amount().optional().meta({description: 'Thousand input tokens per batch. Default 20000.'}),
		max_cost: amount()
			.nullable()
			.optional()
			.meta({description: 'Worst case of one batch in USD; null is no bound. Default 50.'}),
		poll_s: seconds().optional().meta({description: 'Seconds between polls, at least. Default 10.'}),
		max_unpushed: count().optional().meta({description: 'Batch files waiting on disk. Default 5.'}),
	})
	.meta({description: 'Limits of one batch.', examples: [{min_requests: 101, poll_s: 10}]});

export const remoteSchema = z
	.strictObject({
		max_batches: z
			.int()
			.min(0)
			.optional()
			.meta({description: 'Batches at once; 0 prepares the files and sends nothing. Default 15.'}),
		max_requests: count().optional().meta({description: 'Requests in batches at once. Default 5000000.'}),
		max_mb: amount().optional().meta({description: 'Megabytes (10^6) at once. Default 10000.'}),
		max_ktokens: amount().optional().meta({description: 'Thousand input tokens at once. Default 60000.'}),
		max_cost: amount()
			.nullable()
			.optional()
			.meta({description: 'Worst case of all batches at once in USD; null is no bound. Default 150.'}),
	})
	.meta({description: 'Limits of all remote batches together.', examples: [{max_batches: 15}]});

/** 0 is legal: nothing is sent. Null takes away a ceiling that was set before. */
export const ceilings = () =>
	z.strictObject({
		requests: z
			.int()
			.min(0)
			.nullable()
			.optional()
			.meta({description: 'Calls and lines of batches, retries included.'}),
		ktokens: z
			.number()
			.min(0)
			.nullable()
			.optional()
			.meta({description: 'Thousand tokens, input and output.'}),
		cost: z.number().min(0).nullable().optional().meta({description: 'USD.'}),
	});

export const limitsSchema = z
	.strictObject({
		task: ceilings().optional().meta({description: 'For the whole run.'}),
		session: ceilings().optional().meta({description: 'For one session.'}),
	})
	.meta({
		description: 'Ceilings: reaching one pauses the run and loses nothing.',
		examples: [{task: {cost: 5}}],
	});

export const guardSchema = z
	.strictObject({
		min_pass_ratio: z
			.number()
			.min(0)
			.max(1)
			.optional()
			.meta({description: 'Smallest share of usable answers in a pass. Default 0.5.'}),
		max_pass_failures: z
			.int()
			.min(1)
			.optional()
			.meta({description: 'Bad passes in a row that pause the run. Default 2.'}),
		process_failed_batches: z
			.int()
			.min(-1)
			.optional()
			.meta({description: 'Failed batches per session to go on after; -1 is all. Default 0.'}),
	})
	.meta({description: 'Stops a run that goes wrong.', examples: [{min_pass_ratio: 0.5}]});

const usdPerMillion = (what: string) =>
	z
		.number()
		.min(0)
		.optional()
		.meta({description: `${what}, USD per million tokens.`, examples: [0.15]});

const rates = {
	input: usdPerMillion('Input tokens'),
	cached_input: usdPerMillion('Input tokens read from a cache'),
	output: usdPerMillion('Output tokens'),
	batch_input: usdPerMillion('Input tokens in a batch'),
	batch_output: usdPerMillion('Output tokens in a batch'),
};

export const pricesSchema = z
	.strictObject({
		...rates,
		by: z
			.record(z.string(), z.record(z.string(), z.strictObject(rates)))
			.optional()
			.meta({
				description: 'Prices of single providers: by model, `default` for their others.',
				examples: [{local: {default: {input: 0, output: 0}}}],
			}),
	})
	.meta({description: 'Prices that override the built-in table.', examples: [{input: 0.15, output: 0.6}]});

const command = (when: string) =>
	z
		.string()
		.min(1)
		.optional()
		.meta({description: `Command to run ${when}.`, examples: ['./notify.sh']});

export const hooksSchema = z
	.strictObject({
		done: command('when the run is finished'),
		paused: command('when the run pauses'),
		guard: command('when a guard stops the run'),
		ceiling: command('when a ceiling is near or reached'),
		postprocess: z
			.union([
				z.string().min(1),
				z.strictObject({
					run: z
						.string()
						.min(1)
						.meta({description: 'The command.', examples: ['./tabulate.sh']}),
					when: z
						.enum(['done', 'always', 'never'])
						.optional()
						.meta({
							description: '`done` (default): every request has its outcome; or after every session.',
							examples: ['always'],
						}),
				}),
			])
			.optional()
			.meta({
				description: 'Command that works on the result files; it is waited for.',
				examples: ['./tabulate.sh'],
			}),
	})
	.meta({description: 'Commands to run on events.', examples: [{done: './notify.sh'}]});

export const outputSchema = z
	.strictObject({
		parts: z
			.strictObject({
				max_entries: count()
					.optional()
					.meta({description: 'Lines per part.', examples: [10_000]}),
				max_mb: amount()
					.optional()
					.meta({description: 'Megabytes (10^6) per part.', examples: [100]}),
			})
			.refine(parts => parts.max_entries !== undefined || parts.max_mb !== undefined, {
				message: 'must say `max_entries`, `max_mb` or both',
			})
			.optional()
			.meta({description: 'Split the results into files of this size.', examples: [{max_entries: 10_000}]}),
	})
	.meta({description: 'How results are written.', examples: [{parts: {max_entries: 10_000}}]});
