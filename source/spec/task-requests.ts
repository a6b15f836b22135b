import type {JsonObject} from '../domain/request.ts';
import type {NewRequest} from '../domain/stage.ts';
import type {TaskRequest} from '../domain/task.ts';
import {similar} from './nearest.ts';
import {reservedParams} from './read-params.ts';
import type {Spec} from './spec.ts';

type Built = {readonly request: Omit<NewRequest, 'parent'>} | {readonly problem: string};

const knownKeys: readonly (keyof TaskRequest)[] = ['id', 'prompt', 'messages', 'model', 'params', 'input'];

/** Makes of a task's requests what is sent: the spec gives endpoint, models and params. */
export function createTaskRequests({
	endpoint,
	models,
	params,
}: Pick<Spec, 'endpoint' | 'models' | 'params'>): (given: TaskRequest) => Built {
	const defaults = params.items[0]?.body ?? {};
	const field = endpoint === 'chat' ? 'messages' : endpoint === 'completions' ? 'prompt' : 'input';
	const takesMessages = endpoint === 'chat' || endpoint === 'responses';

	function build(given: TaskRequest): Built {
		const id = String(given.id);
		const {prompt, messages, model, input = {}, params: own = {}} = given;
		const item = model === undefined ? models.items[0]! : models.items.find(one => isNamed(one, model));
		if (!item) {
			const known = models.items.map(one => one.model);
			const near = similar(String(model), known);
			return {
				problem: `${id}: the model “${model}” is not in the spec's \`model\` (${near ?? known.join(', ')} is)`,
			};
		}

		const modelArgs = {...defaults, ...own};
		const value = messages ?? (endpoint === 'chat' ? [{role: 'user', content: prompt}] : prompt);
		const asked = messages
			? {messages, messages_raw: messages, messages_args: {}}
			: {prompt, prompt_raw: prompt, prompt_args: {}};
		const body = {model: item.model, [field]: value, ...modelArgs};
		try {
			// As the journal will have it.
			const kept = JSON.parse(JSON.stringify({body, asked, modelArgs, input})) as Pick<
				NewRequest,
				'body' | 'asked' | 'modelArgs' | 'input'
			>;
			return {request: {id, queue: item.queue, ...kept}};
		} catch (error) {
			return {problem: `${id}: JSON cannot hold it (${(error as Error).message})`};
		}
	}

	return given => {
		const problem = shapeProblem(given, takesMessages, endpoint);
		return problem === null ? build(given) : {problem};
	};
}

function isNamed(item: {readonly provider: string; readonly model: string}, name: string): boolean {
	return item.model === name || `${item.provider}/${item.model}` === name;
}

function shapeProblem(given: unknown, takesMessages: boolean, endpoint: string): string | null {
	if (!isObject(given)) {
		return `it must be an object like {id: 'a', prompt: '…'}, not ${given === null ? 'null' : typeof given}`;
	}

	const {id, prompt, messages, params, input} = given;
	if ((typeof id !== 'string' && typeof id !== 'number') || String(id).trim() === '') {
		return `it has no \`id\`; give each request a text or a number of its own, the same in every session`;
	}

	const odd = Object.keys(given).find(key => !(knownKeys as readonly string[]).includes(key));
	if (odd !== undefined) {
		const near = similar(odd, knownKeys);
		return `${id}: \`${odd}\` is not a key of a request${near === null ? '' : `; did you mean \`${near}\`?`}`;
	}

	if ((prompt === undefined) === (messages === undefined)) {
		return `${id}: it needs \`prompt\` or \`messages\`, and one of them only`;
	}

	if (prompt !== undefined && typeof prompt !== 'string') {
		return `${id}: \`prompt\` must be a text, not ${typeof prompt}`;
	}

	if (
		messages !== undefined &&
		!(Array.isArray(messages) && messages.length > 0 && messages.every(isMessage))
	) {
		return `${id}: \`messages\` must be a list of {role, content}`;
	}

	if (messages !== undefined && !takesMessages) {
		return `${id}: the ${endpoint} endpoint takes no \`messages\`; give it a \`prompt\``;
	}

	if ((params !== undefined && !isObject(params)) || (input !== undefined && !isObject(input))) {
		return `${id}: \`params\` and \`input\` must be objects`;
	}

	const reserved = Object.keys((params as JsonObject | undefined) ?? {}).find(key =>
		Object.hasOwn(reservedParams, key),
	);
	return reserved === undefined ? null : `${id}: \`${reserved}\` cannot be set in \`params\``;
}

function isMessage(message: unknown): boolean {
	return isObject(message) && typeof message.role === 'string';
}

function isObject(value: unknown): value is {readonly [key: string]: unknown} {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
