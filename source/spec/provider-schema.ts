import * as z from 'zod';
import {providerProfiles} from '../domain/provider.ts';

const text = () => z.string().min(1);

/** Providers by name, for `provider` and for the items of `model`. */
export const providersSchema = z
	.record(
		z.string(),
		z.strictObject({
			profile: text()
				.optional()
				.meta({
					description: `What is known beforehand: ${Object.keys(providerProfiles).join(', ')}. Default: the name itself, where it is one of these.`,
					examples: ['groq'],
				}),
			base_url: text()
				.optional()
				.meta({
					description: "Address of an OpenAI-compatible API. Default: the profile's.",
					examples: ['http://127.0.0.1:11434/v1'],
				}),
			api_key_env: text()
				.optional()
				.meta({
					description: "The variable that holds the key. Default: the profile's; without one no key is sent.",
					examples: ['MY_KEY'],
				}),
			batch: z
				.boolean()
				.optional()
				.meta({
					description:
						"Whether to use its Batch API, which must speak as OpenAI's. Default: as the profile has one.",
					examples: [false],
				}),
			allow_http: z
				.boolean()
				.optional()
				.meta({description: 'Allow plain http with a key beyond this machine.', examples: [true]}),
		}),
	)
	.meta({
		description: 'Providers by name; models name them as `{provider: NAME, model: …}`.',
		examples: [{local: {base_url: 'http://127.0.0.1:11434/v1'}}],
	});
