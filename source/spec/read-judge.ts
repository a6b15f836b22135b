import path from 'node:path';
import type {Judge, JudgeTemplate, Judging} from '../domain/judge.ts';
import type {ProviderConfig} from '../domain/provider.ts';
import type {Endpoint, JsonObject, QueueInfo} from '../domain/request.ts';
import {isSettingsFile, isTemplateFile} from './judge-files.ts';
import {providerNamed} from './place-request.ts';
import {namedAsHere} from './prompto-row.ts';
import {reservedParam} from './read-params.ts';
import {lookUp} from './resolve-providers.ts';
import type {SpecFile} from './spec.ts';
import {specError} from './spec-error.ts';
import {findFile} from './spec-files.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

export type StageSources = {
	readonly known: ReadonlyMap<string, ProviderConfig>;
	/** Where a model goes that names no provider. */
	readonly fallback: ProviderConfig;
	readonly queues: readonly QueueInfo[];
	readonly providers: readonly ProviderConfig[];
	readonly endpoint: Endpoint;
};

export type ReadJudge = {
	readonly judging: Judging | null;
	/** With those of the judges, behind those of the requests. */
	readonly queues: readonly QueueInfo[];
	readonly providers: readonly ProviderConfig[];
};

type WrittenJudge = {
	readonly name: string;
	readonly provider: string | undefined;
	readonly model: string;
	readonly params: JsonObject;
	readonly place: DataPath;
};

type Written = NonNullable<SpecInput['judge']>;

/** The judges with their queues; each may have a provider and a model of its own. */
export function readJudge(
	{judge}: SpecInput,
	files: readonly SpecFile[],
	sources: StageSources,
	source: SpecSource,
): ReadJudge {
	const queues = [...sources.queues];
	const providers = [...sources.providers];
	if (judge === undefined) {
		return {judging: null, queues, providers};
	}

	if (sources.endpoint === 'embeddings' || sources.endpoint === 'moderations') {
		throw specError(
			source.where(['judge'], 'key'),
			`${sources.endpoint} have no text to judge`,
			'Leave `judge` out, or ask on another endpoint.',
		);
	}

	const judges = writtenModels(judge.judges, ['judge', 'judges'], files, source).map((written): Judge => {
		const {name, model, params} = written;
		const queue = queueFor(written, sources, queues, providers, source);
		return {name, queue, model, params};
	});
	const templates = readTemplates(judge.templates, files, source);
	return {judging: {judges, templates}, queues, providers};
}

/** Its queue, which is added with its provider where the requests have none such. */
export function queueFor(
	written: WrittenJudge,
	sources: StageSources,
	queues: QueueInfo[],
	providers: ProviderConfig[],
	source: SpecSource,
): number {
	const config = providerOf(written, sources, source);
	if (!providers.includes(config)) {
		providers.push(config);
	}

	const key = `${config.name}/${written.model}`;
	const known = queues.findIndex(info => info.key === key);
	return known < 0 ? queues.push({key, provider: config.name, model: written.model}) - 1 : known;
}

function providerOf(
	{provider, place}: WrittenJudge,
	{known, fallback}: StageSources,
	source: SpecSource,
): ProviderConfig {
	return provider === undefined
		? fallback
		: (providerNamed(provider, known) ?? lookUp(provider, known, [...place, 'provider'], source));
}

/** The models of a stage. Their names stand in the ids of what they are asked, so each has one of its own. */
export function writtenModels(
	judges: Written['judges'],
	path: DataPath,
	files: readonly SpecFile[],
	source: SpecSource,
): readonly WrittenJudge[] {
	const models = modelsIn(judges, path, files, source);
	refuseNames(models, path, source);
	for (const {name, params, place} of models) {
		const key = reservedParam(params);
		if (key !== undefined) {
			throw specError(
				source.where(place),
				`\`${key}\` cannot be set in the params of \`${name}\`: it is given otherwise`,
				'Remove it.',
			);
		}
	}

	return models;
}

/** Refuses none at all, and two of one name. */
function refuseNames(
	named: readonly {readonly name: string; readonly place: DataPath}[],
	path: DataPath,
	source: SpecSource,
): void {
	if (named.length === 0) {
		throw specError(
			source.where(path),
			`\`${path.join('.')}\` names none`,
			'Name at least one, or leave the stage out.',
		);
	}

	const names = named.map(({name}) => name);
	const again = named.find(({name}, i) => names.indexOf(name) < i);
	if (again !== undefined) {
		throw specError(
			source.where(again.place),
			`\`${again.name}\` stands twice in \`${path.join('.')}\`, and what is asked is called after it`,
			'Remove one, or write a map with a name of its own for each.',
		);
	}
}

function modelsIn(
	judges: Written['judges'],
	path: DataPath,
	files: readonly SpecFile[],
	source: SpecSource,
): readonly WrittenJudge[] {
	if (typeof judges === 'object' && !Array.isArray(judges)) {
		return Object.entries(judges).map(([name, {provider, model, params = {}}]) => {
			return {name, provider, model, params, place: [...path, name]};
		});
	}

	return [judges].flat().flatMap((text, number) => {
		const place = Array.isArray(judges) ? [...path, number] : path;
		return isSettingsFile(text)
			? settingsIn(findFile(files, text), place, source)
			: [{name: text, provider: undefined, model: text, params: {}, place}];
	});
}

/** Anything may stand there. */
type PromptoJudge = {
	readonly api?: unknown;
	readonly provider?: unknown;
	readonly model_name?: unknown;
	readonly model?: unknown;
	readonly parameters?: unknown;
	readonly params?: unknown;
};

/** `{name: {api, model_name, parameters}}`, as prompto has it; our own names for them do as well. */
function settingsIn(file: SpecFile, place: DataPath, source: SpecSource): readonly WrittenJudge[] {
	const example = 'It holds {"name": {"api": "openai", "model_name": "gpt-4.1", "parameters": {}}}.';
	const refuse = (what: string) => specError(source.where(place), `${file.display} ${what}`, example);
	let data: unknown;
	try {
		data = JSON.parse(file.bytes!.toString('utf8'));
	} catch {
		throw refuse('is no JSON');
	}

	if (typeof data !== 'object' || data === null || Array.isArray(data)) {
		throw refuse('holds no object');
	}

	return Object.entries(data as {readonly [name: string]: PromptoJudge | null}).map(([name, entry]) => {
		const model = entry?.model ?? entry?.model_name;
		if (typeof model !== 'string' || model === '') {
			throw refuse(`names no model for \`${name}\``);
		}

		const provider = entry?.provider ?? entry?.api ?? undefined;
		if (provider !== undefined && typeof provider !== 'string') {
			throw refuse(`has an api for \`${name}\` that is no text`);
		}

		const params = entry?.params ?? entry?.parameters ?? {};
		if (typeof params !== 'object' || Array.isArray(params)) {
			throw refuse(`has parameters for \`${name}\` that are no object`);
		}

		return {name, provider, model, params: namedAsHere(params as JsonObject, provider ?? ''), place};
	});
}

function readTemplates(
	templates: Written['templates'],
	files: readonly SpecFile[],
	source: SpecSource,
): readonly JudgeTemplate[] {
	const path: DataPath = ['judge', 'templates'];
	const isDict = typeof templates === 'object' && !Array.isArray(templates);
	const written: readonly (readonly [name: string | null, text: string, place: DataPath])[] = isDict
		? Object.entries(templates).map(([name, text]) => [name, text, [...path, name]])
		: [templates].flat().map((text, number) => {
				return [null, text, Array.isArray(templates) ? [...path, number] : path];
			});
	const read = written.map(([name, text, place], number) => {
		const isFile = isTemplateFile(text);
		const content = isFile ? findFile(files, text).bytes!.toString('utf8').trimEnd() : text;
		if (!content.includes('{OUTPUT_RESPONSE}')) {
			throw specError(
				source.where(place),
				`${isFile ? text : 'the template'} shows the judge no answer`,
				'Write {OUTPUT_RESPONSE} where the answer shall stand, and {INPUT_PROMPT} for its prompt.',
			);
		}

		return {name: name ?? (isFile ? nameOf(text) : `template-${number}`), text: content, place};
	});
	refuseNames(read, path, source);
	return read.map(({name, text}) => ({name, text}));
}

/** `judge/strict.txt` is `strict`. */
function nameOf(file: string): string {
	return path.basename(file, path.extname(file));
}
