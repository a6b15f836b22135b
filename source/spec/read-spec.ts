import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {PriceOverride} from '../domain/provider.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
import {UserError} from '../domain/user-error.ts';
import {checkInlineArgs, unusedRowsWarning} from './check-args.ts';
import {checkAxes} from './check-axes.ts';
import {checkProviders} from './check-providers.ts';
import {identityOf} from './identity.ts';
import {parseManifest} from './manifest.ts';
import {notYet} from './not-yet.ts';
import {numberWarnings} from './number-warnings.ts';
import {parseSpec} from './parse-spec.ts';
import {readArgs} from './read-args.ts';
import {readOpinions} from './read-opinions.ts';
import {readParams} from './read-params.ts';
import {readPrompts} from './read-prompts.ts';
import {readSchema} from './read-schema.ts';
import {readScorers} from './read-scorers.ts';
import {readTask} from './read-task.ts';
import {refuseRepetition} from './refuse-repetition.ts';
import {resolveProviders} from './resolve-providers.ts';
import {checkInlineScores} from './score-fields.ts';
import {answerPolicyOf, partsOf, settingsOf} from './settings-of.ts';
import type {Spec} from './spec.ts';
import {specError} from './spec-error.ts';
import {manifestName, readSpecFiles, specCopyName} from './spec-files.ts';
import {readSmallFile} from './text-file.ts';

export type ReadSpecOptions = {
	/** Values of `--set`, each `key.path=value`. */
	readonly set?: readonly string[];
	/** What holds where flags and spec are silent: the user's preferences. */
	readonly defaults?: RunSettings;
};

/** Reads and checks a spec and the texts that it names. Throws a UserError for anything that is wrong. */
export async function readSpec(specPath: string, options: ReadSpecOptions = {}): Promise<Spec> {
	if (specPath === '-') {
		throw new UserError(`${notYet('Reading a spec from stdin')}.`, 'Give the name of a file.');
	}

	if (/\.(jsonl|ndjson|csv)$/i.test(specPath)) {
		throw specError(
			specPath,
			notYet('running an input file without a spec'),
			'Write a spec that names it: `args: {file: …}`.',
		);
	}

	return build(specPath, path.basename(specPath, path.extname(specPath)), false, options);
}

/** Reads the copy in a run directory's `inputs/` (or `inputs/2/`, …), with the files found beside it. */
export async function readSpecCopy(directory: string, options: ReadSpecOptions = {}): Promise<Spec> {
	const manifest = parseManifest(await readFile(path.join(directory, manifestName), 'utf8').catch(() => ''));
	return build(path.join(directory, specCopyName), manifest?.name ?? 'spec', true, options);
}

async function build(
	specPath: string,
	name: string,
	isCopy: boolean,
	options: ReadSpecOptions,
): Promise<Spec> {
	const bytes = await readSmallFile(specPath, specPath, null);
	const {input, source, yaml} = parseSpec(bytes.toString('utf8'), specPath, options.set ?? []);
	const files = await readSpecFiles(input, specPath, isCopy, source);
	const resolved = resolveProviders(input, source);
	const settings = settingsOf(input, options.defaults ?? defaultSettings, source);
	const read = readPrompts(input, files, source);
	const {schema, check, warnings} = await readSchema(input, files, source);
	const params = readParams(input, schema, source);
	const args = readArgs(input, files, source);
	const combine = input.combine ?? 'product';
	const axes = {combine, prompts: read.prompts, args, models: resolved.models, params};
	checkAxes(axes, source);
	const providerWarnings = checkProviders(
		{...axes, endpoint: input.endpoint ?? 'chat', providers: resolved.providers, schema},
		source,
	);
	const {score, fields} = await readScorers(input, files, source);
	const task = readTask(input, specPath, isCopy, source);
	if (args.kind === 'inline' && input.task === undefined) {
		checkInlineScores(fields, args);
		checkInlineArgs(read, args, combine === 'zip', input.template ?? 'braces', fields, source);
	}

	const opinions = readOpinions(input, schema, source);
	const hasTurns = read.prompts.items.some(({kind}) => kind === 'turns');
	refuseRepetition(opinions !== null, hasTurns, params, source);
	const {batch, remote, limits} = input;
	return {
		name: input.name ?? name,
		path: specPath,
		source: bytes,
		isCopy,
		endpoint: input.endpoint ?? 'chat',
		syntax: input.template ?? 'braces',
		...axes,
		queues: resolved.queues,
		providers: resolved.providers,
		settings,
		answer: answerPolicyOf(input),
		opinions,
		task,
		grows: input.task !== undefined,
		hasTurns,
		schema,
		schemaCheck: check,
		score,
		scoreFields: fields,
		prices: (input.prices as PriceOverride | undefined) ?? null,
		hooks: input.hooks ?? {},
		parts: partsOf(input),
		written: {batch, remote, limits},
		where: source.where,
		files,
		warnings: [
			...read.warnings,
			...unusedRowsWarning(read.prompts.items, args),
			...numberWarnings(yaml),
			...warnings,
			...providerWarnings,
		],
		identity: identityOf(input),
	};
}
