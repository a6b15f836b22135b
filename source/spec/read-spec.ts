import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {PriceOverride} from '../domain/price-override.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
import {UserError} from '../domain/user-error.ts';
import {checkInlineArgs, unusedRowsWarning} from './check-args.ts';
import {checkAxes} from './check-axes.ts';
import {checkPrices} from './check-prices.ts';
import {checkProviders} from './check-providers.ts';
import {groupIdentity, identityOf} from './identity.ts';
import {isInputFile, plainSpec} from './input-file.ts';
import {type Manifest, parseManifest} from './manifest.ts';
import {numberWarnings} from './number-warnings.ts';
import {parseSpec} from './parse-spec.ts';
import {promptsPerCallOf} from './prompts-per-call.ts';
import {jointRatesOf} from './rate-by.ts';
import {readArgs} from './read-args.ts';
import {readJudge} from './read-judge.ts';
import {readOpinions} from './read-opinions.ts';
import {readPack} from './read-pack.ts';
import {readParams} from './read-params.ts';
import {readPrompts} from './read-prompts.ts';
import {readRephrase} from './read-rephrase.ts';
import {readRequests} from './read-requests.ts';
import {readSchema} from './read-schema.ts';
import {readScorers} from './read-scorers.ts';
import {readTask} from './read-task.ts';
import {refuseRepetition, refuseRowChoices} from './refuse-repetition.ts';
import {resolveProviders} from './resolve-providers.ts';
import {providersOf} from './scan-requests.ts';
import {checkInlineScores} from './score-fields.ts';
import {answerPolicyOf, hooksOf, partsOf, settingsOf} from './settings-of.ts';
import type {Spec} from './spec.ts';
import {manifestName, readSpecFiles, type StdinFile, specCopyName, stdinName} from './spec-files.ts';
import {readSmallFile, regularFileSize} from './text-file.ts';

export type ReadSpecOptions = {
	/** Values of `--set`, each `key.path=value`. */
	readonly set?: readonly string[];
	/** What holds where flags and spec are silent: the user's preferences. */
	readonly defaults?: RunSettings;
	/** Of the run that the spec may belong to: an input file as it was then need not be read to be known. */
	readonly noted?: Manifest | null;
	/** Where that run keeps its copies. */
	readonly inputs?: string | undefined;
	/** What comes in through stdin, for `-`. */
	readonly stdin?: () => Promise<StdinFile | null>;
};

/** Reads and checks a spec and the texts that it names. Throws a UserError for anything that is wrong. */
export async function readSpec(specPath: string, options: ReadSpecOptions = {}): Promise<Spec> {
	const name = specPath === stdinName ? 'stdin' : path.basename(specPath, path.extname(specPath));
	return build(specPath, name, false, options);
}

/** Reads the copy in a run directory's `inputs/` (or `inputs/2/`, …), with the files found beside it. */
export async function readSpecCopy(directory: string, options: ReadSpecOptions = {}): Promise<Spec> {
	const noted = parseManifest(await readFile(path.join(directory, manifestName), 'utf8').catch(() => ''));
	return build(path.join(directory, specCopyName), noted?.name ?? 'spec', true, {...options, noted});
}

async function build(
	specPath: string,
	name: string,
	isCopy: boolean,
	options: ReadSpecOptions,
): Promise<Spec> {
	const bytes = await specBytes(specPath, options);
	const display = specPath === stdinName ? 'stdin' : specPath;
	const {input, source, yaml} = parseSpec(bytes.toString('utf8'), display, options.set ?? []);
	const noted = options.noted ?? null;
	const {stdin, inputs} = options;
	const files = await readSpecFiles(input, specPath, {isCopy, stdin, noted, inputs}, source);
	const resolved = resolveProviders(input, source);
	const {schema, check, warnings} = await readSchema(input, files, source);
	const {known, fallback} = resolved;
	const fromRows = await readRequests(input, files, source, {known, fallback, schema, noted, isCopy});
	const requests = fromRows?.requests ?? null;
	const askedQueues = requests?.scanned.queues.map(({info}) => info) ?? resolved.queues;
	const endpoint = requests?.scanned.endpoint ?? input.endpoint ?? 'chat';
	const askedProviders = requests === null ? resolved.providers : providersOf(requests.scanned.queues, known);
	const asked = {known, fallback, queues: askedQueues, providers: askedProviders, endpoint};
	const {rephrasing, ...withWords} = readRephrase(input, files, asked, source);
	const {judging, queues, providers} = readJudge(input, files, {...asked, ...withWords}, source);
	checkPrices(input, queues, source);
	const joint = jointRatesOf(input, {queues, known, groups: requests?.scanned.groups ?? []}, source);
	const settings = settingsOf(input, options.defaults ?? defaultSettings, source, joint);
	const read = readPrompts(input, files, source);
	const params = readParams(input, schema, source);
	const args = fromRows?.rows ?? readArgs(input, files, source);
	const combine = input.combine ?? 'product';
	const pack = readPack(input, {prompts: read.prompts, args, schema}, source);
	const axes = {combine, prompts: read.prompts, args, models: resolved.models, params, requests};
	checkAxes(axes, source);
	const providerWarnings = checkProviders({...axes, endpoint, providers, schema}, source);
	const {score, fields} = await readScorers(input, files, source);
	const task = readTask(input, specPath, isCopy, source);
	if (args.kind === 'inline' && input.task === undefined) {
		checkInlineScores(fields, args);
		checkInlineArgs(read, args, combine === 'zip', input.template ?? 'braces', fields, source);
	}

	const opinions = readOpinions(input, schema, source);
	const hasTurns =
		read.prompts.items.some(({kind}) => kind === 'turns') ||
		(requests?.scanned.queues.some(queue => queue.hasTurns) ?? false);
	refuseRepetition(opinions !== null, hasTurns, params, source);
	refuseRowChoices(opinions !== null, requests, source);
	const {batch, remote, limits} = input;
	return {
		name: input.name ?? name,
		path: specPath,
		source: bytes,
		isCopy,
		endpoint,
		judging,
		rephrasing,
		dedupe: input.dedupe ?? false,
		promptsPerCall: promptsPerCallOf(input, endpoint, source),
		syntax: input.template ?? 'braces',
		...axes,
		queues,
		providers,
		settings,
		answer: {...answerPolicyOf(input), endpoint},
		opinions,
		task,
		grows: input.task !== undefined || rephrasing?.keepsOriginals === false,
		hasTurns,
		schema,
		schemaCheck: check,
		pack,
		score,
		scoreFields: fields,
		prices: (input.prices as PriceOverride | undefined) ?? null,
		...hooksOf(input),
		parts: partsOf(input),
		written: {batch, remote, limits, judge: input.judge},
		where: source.where,
		files,
		warnings: [
			...read.warnings,
			...(requests === null ? unusedRowsWarning(read.prompts.items, args) : requests.scanned.notices),
			...numberWarnings(yaml),
			...warnings,
			...providerWarnings,
		],
		identity: {...identityOf(input), ...groupIdentity(queues)},
	};
}

async function specBytes(specPath: string, {stdin, inputs}: ReadSpecOptions): Promise<Buffer> {
	// An input file is run as the spec that does nothing but name it.
	if (isInputFile(specPath)) {
		// It has no line of a spec that could be wrong.
		await regularFileSize(specPath, specPath, null);
		return plainSpec(specPath);
	}

	if (specPath !== stdinName) {
		return readSmallFile(specPath, specPath, null);
	}

	const incoming = (await stdin?.()) ?? null;
	if (incoming === null && inputs === undefined) {
		throw new UserError(
			'The spec is to come in through stdin, and nothing comes.',
			'For example: cat spec.yaml | promptbatch-tui -',
		);
	}

	// A run that has it already goes on without.
	return readSmallFile(incoming?.path ?? path.join(inputs!, specCopyName), 'stdin', null);
}
