import {loadBodyCounter} from '../api/token-count.ts';
import type {Request} from '../domain/request.ts';
import {createPackSharing} from '../spec/pack-sharing.ts';
import {type Prompt, renderPrompt, templatesOf} from '../spec/prompt.ts';
import type {Spec} from '../spec/spec.ts';
import {specError} from '../spec/spec-error.ts';
import {count} from '../view/format.ts';

/** Refuses a budget that the instruction and the schema use up: every item would go alone. */
export async function checkPack(spec: Spec): Promise<void> {
	const budget = spec.pack?.tokens ?? null;
	if (budget === null) {
		return;
	}

	const {model} = spec.queues[0]!;

	const counter = await loadBodyCounter(model);
	const sharing = createPackSharing({
		spec,
		runId: '',
		countTokens: (_, body) => counter.count(body),
		maxOutputOf: () => null,
		isStopped: () => false,
	});
	const used = Math.max(...spec.prompts.items.map(prompt => sharing.tokensOf([emptyRequest(spec, prompt)])));
	if (used >= budget) {
		throw specError(
			spec.where(['pack', 'tokens']),
			`\`pack.tokens\` is ${count(budget)}, and the instruction with the rules of a pack${spec.schema ? ' and the schema' : ''} takes ${count(used)} of them`,
			`Raise it, for example to ${count(used * 2)}, or shorten them.`,
		);
	}
}

/** Its texts are empty: what it takes, every pack takes. */
function emptyRequest({endpoint, params, queues}: Spec, prompt: Prompt): Request {
	const names = templatesOf(prompt).flatMap(({template}) => template.placeholders.map(({name}) => name));
	const args = Object.fromEntries(names.map(name => [name, '']));
	const {field, value, asked} = renderPrompt(prompt, args, endpoint);
	const {provider, model} = queues[0]!;
	const fields = params.items[0]!.body;
	return {
		id: '',
		index: 0,
		queue: 0,
		endpoint,
		provider,
		model,
		modelArgs: fields,
		body: {model, [field]: value, ...fields},
		asked,
		input: {},
	};
}
