import type {ProviderConfig} from '../domain/provider.ts';
import type {Rephrasing} from '../domain/rephrase.ts';
import type {QueueInfo} from '../domain/request.ts';
import {isTemplateFile} from './judge-files.ts';
import {queueFor, type StageSources, writtenModels} from './read-judge.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';

export type ReadRephrase = {
	readonly rephrasing: Rephrasing | null;
	/** With those of the models that rephrase. */
	readonly queues: readonly QueueInfo[];
	readonly providers: readonly ProviderConfig[];
};

/** Who says the prompts in other words, and what asks for them. */
export function readRephrase(
	{rephrase}: SpecInput,
	files: readonly SpecFile[],
	sources: StageSources,
	source: SpecSource,
): ReadRephrase {
	const queues = [...sources.queues];
	const providers = [...sources.providers];
	if (rephrase === undefined) {
		return {rephrasing: null, queues, providers};
	}

	if (sources.endpoint === 'embeddings' || sources.endpoint === 'moderations') {
		throw specError(
			source.where(['rephrase'], 'key'),
			`${sources.endpoint} give no text in other words`,
			'Leave `rephrase` out, or ask on another endpoint.',
		);
	}

	const models = writtenModels(rephrase.models, ['rephrase', 'models'], files, source).map(written => {
		const {name, model, params} = written;
		return {name, model, params, queue: queueFor(written, sources, queues, providers, source)};
	});
	const templates = [rephrase.templates]
		.flat()
		.flatMap(text => (isTemplateFile(text) ? linesOf(findFile(files, text)) : [text]));
	const blind = templates.find(template => !template.includes('{INPUT_PROMPT}'));
	if (blind !== undefined || templates.length === 0) {
		throw specError(
			source.where(['rephrase', 'templates']),
			templates.length === 0
				? 'there is no template in the file'
				: `the template “${blind!.slice(0, 60)}” shows no prompt`,
			'Write {INPUT_PROMPT} where the prompt shall stand; each line of a file is a template.',
		);
	}

	const rephrasing = {
		models,
		templates,
		parser: rephrase.parser ?? null,
		keepsOriginals: rephrase.keep_originals ?? true,
	};
	return {rephrasing, queues, providers};
}

/** Each line is a template; `\\n` in it is a line break. */
function linesOf({bytes}: SpecFile): readonly string[] {
	return bytes!
		.toString('utf8')
		.split(/\r?\n/)
		.filter(line => line.trim() !== '')
		.map(line => line.replaceAll('\\n', '\n'));
}
