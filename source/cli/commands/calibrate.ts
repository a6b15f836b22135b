import {readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline/promises';
import {calibrate as calibrationOf, joinOutputs} from '../../domain/calibration.ts';
import type {SampleDone} from '../../domain/sample-event.ts';
import {UserError} from '../../domain/user-error.ts';
import {isInputFile} from '../../spec/input-file.ts';
import {readSpec} from '../../spec/read-spec.ts';
import type {Spec} from '../../spec/spec.ts';
import {stdinName} from '../../spec/spec-files.ts';
import {obstacleToMaxTokens, writeCalibration} from '../../spec/write-calibration.ts';
import {writeDurably} from '../../store/durable-write.ts';
import {count, plural} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import {outputText} from '../../view/sample-view.ts';
import type {Flags} from '../flags.ts';
import {openRun} from '../open-run.ts';
import type {RunOptions} from '../run-options.ts';
import {runOptionsOf} from '../run-options-of.ts';
import {runSample} from '../run-sample.ts';

/** First a few, which may show that something is wrong at all, then enough to tell lengths from. */
const sampleSizes = [10, 100] as const;

/**
 * Sends two samples as parts of the run itself, so that their answers are results like any other, and proposes what
 * the spec should say about the length of answers. What is accepted is written, and the run goes on under it.
 */
export async function calibrate(specPath: string, flags: Flags): Promise<number> {
	refuseNoSpec(specPath);
	const spec = await readSpec(specPath, {set: flags.set ?? []});
	if (spec.endpoint === 'embeddings' || spec.endpoint === 'moderations') {
		throw new UserError(
			`${specPath}: ${spec.endpoint} have no output to calibrate.`,
			'Run the spec as it is.',
		);
	}

	const options: RunOptions = {...runOptionsOf(specPath, flags, false), yes: false};
	const samples: SampleDone[] = [];
	for (const requests of sampleSizes) {
		const {exitCode, result} = await runSample({...options, sample: {purpose: 'calibration', requests}});
		if (result === null) {
			return exitCode;
		}

		samples.push(result);
		const {done, failed} = result.requests;
		if (failed > done) {
			say(`More failed than not: look at the failures first. Nothing was proposed.`);
			return 3;
		}

		if (!result.pauses) {
			break;
		}
	}

	return propose(spec, options, samples, flags.yes);
}

/** What is accepted is written into the spec: a file of rows must not be taken for one. */
function refuseNoSpec(specPath: string): void {
	if (isInputFile(specPath) || specPath === stdinName) {
		const isStdin = specPath === stdinName;
		throw new UserError(
			`${isStdin ? 'What comes in through stdin' : specPath} is no spec that could be written to.`,
			isStdin
				? 'Put the spec into a file.'
				: `Write a spec that says \`requests: {file: ${path.basename(specPath)}}\`, and calibrate that.`,
		);
	}
}

async function propose(
	spec: Spec,
	options: RunOptions,
	samples: readonly SampleDone[],
	isYes: boolean,
): Promise<number> {
	const outputs = joinOutputs(samples.map(({outputs, requests}) => ({outputs, done: requests.done})));
	if (outputs === null) {
		say('No answer came, so nothing can be proposed.');
		return 3;
	}

	const text = await readFile(spec.path, 'utf8');
	const {maxTokens, completionRatio} = calibrationOf(outputs);
	const obstacle = obstacleToMaxTokens(text);
	// Where the length stays as it is, the part that is used is one of that.
	const ratio =
		obstacle === null || outputs.allowed === null
			? completionRatio
			: Math.min(1, Math.ceil((outputs.mean / outputs.allowed[1]) * 100) / 100);
	say(`output             ${outputText(outputs)}`);
	say(
		obstacle === null
			? `max tokens         ${count(maxTokens)}${outputs.full > 0 ? ', as some used all that they were allowed' : ''}`
			: `max tokens         stays: ${obstacle}`,
	);
	say(`completion_ratio   ${ratio}`);
	const answers = samples.reduce((sum, {requests}) => sum + requests.done, 0);
	if (!isYes && !(await isAccepted(spec.path))) {
		say(
			`Nothing was written to ${spec.path}. The ${plural(answers, 'answer')} are results of the run all the same.`,
		);
		return 0;
	}

	const values = {maxTokens: obstacle === null ? maxTokens : null, completionRatio: ratio};
	await writeDurably(spec.path, writeCalibration(text, values, fieldOf(spec)));
	await acceptAsRun(options);
	say(
		`Written to ${spec.path}. The ${plural(answers, 'answer')} stay results of the run, which goes on under it.`,
	);
	return 0;
}

/** Without a terminal nobody can be asked, and nothing is written. */
async function isAccepted(specPath: string): Promise<boolean> {
	const {stdin, stderr} = process;
	if (stdin.isTTY !== true || stderr.isTTY !== true) {
		say('There is no terminal to ask in; --yes writes it.');
		return false;
	}

	const prompt = createInterface({input: stdin, output: stderr});
	const leave = new AbortController();
	prompt.once('close', () => leave.abort());
	const answer = await prompt
		.question(`Write this to ${safeText(specPath)}? [y/N] `, {signal: leave.signal})
		.catch(() => '');
	prompt.close();
	return /^y(es)?$/i.test(answer.trim());
}

/** The run was made from the spec as it was: it takes the new one, and keeps its results. */
async function acceptAsRun(options: RunOptions): Promise<void> {
	const {store} = await openRun(await readSpec(options.specPath, {set: options.set}), {
		...options,
		reinitMeta: true,
	});
	try {
		await store.saveState();
	} finally {
		await store.close();
	}
}

function fieldOf({endpoint}: Spec): string {
	return endpoint === 'responses' ? 'max_output_tokens' : 'max_tokens';
}

function say(text: string): void {
	process.stdout.write(`${safeText(text, {maxLength: 1000})}\n`);
}
