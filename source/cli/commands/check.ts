import process from 'node:process';
import type {RunSettings} from '../../domain/settings.ts';
import {UserError} from '../../domain/user-error.ts';
import {memoryInputs} from '../../spec/memory-inputs.ts';
import {openRequests} from '../../spec/open-requests.ts';
import {readSpec} from '../../spec/read-spec.ts';
import type {Spec} from '../../spec/spec.ts';
import {count, money, plural} from '../../view/format.ts';
import {safeText} from '../../view/safe-text.ts';
import {readEnvironment} from '../environment.ts';
import {estimateRun, type RunEstimate} from '../estimate-run.ts';
import type {Flags} from '../flags.ts';
import {accessOf} from '../provider-access.ts';
import {queueRulesOf} from '../queue-rules-of.ts';
import {runOptionsOf} from '../run-options-of.ts';
import {pricesOf} from '../run-prices.ts';

/** Seconds a call may take when nobody knows: an assumption that is named beside the figure. */
const assumedCallSeconds = 2;

/** Validates a spec and says what it would send and cost. No network, nothing written. */
export async function check(specPath: string, flags: Flags): Promise<number> {
	const options = runOptionsOf(specPath, flags, false);
	const spec = await readSpec(specPath, {set: options.set});
	const source = openRequests(spec, await memoryInputs(spec));
	const estimate = await estimateRun(
		source,
		await pricesOf(spec),
		queueRulesOf(spec),
		spec.settings.completionRatio,
	);
	const {env, warnings} = await readEnvironment(options.envFile);
	const notes = [...spec.warnings, ...warnings, ...estimateWarnings(estimate)];
	try {
		accessOf(spec, options, env);
	} catch (error) {
		if (!(error instanceof UserError)) {
			throw error;
		}

		notes.push(`${error.message} ${error.hint}`);
	}

	const lines = [
		`${specPath} is valid.`,
		`requests   ${count(source.count)}${choicesText(spec)}: ${shapeText(spec, source.count)}`,
		...queueLines(estimate),
		...sampleLines(estimate, source.count),
		`longest    ${count(estimate.longestInputTokens)} input tokens`,
		`lane       direct (mode ${spec.settings.mode}; the batch lane is not in this version yet)`,
		`time       ${timeText(source.count, spec.settings)}`,
		...notes.map(note => `warning    ${note}`),
	];
	process.stdout.write(`${lines.map(line => safeText(line)).join('\n')}\n`);
	source.close();
	return 0;
}

function shapeText({prompts, args, models, params, combine}: Spec, requests: number): string {
	const rows = args.kind === 'file' ? `rows of ${args.file.name}` : plural(args.items.length, 'arg');
	const factors = [
		plural(prompts.items.length, 'prompt'),
		rows,
		plural(models.items.length, 'model'),
		plural(params.items.length, 'param'),
	];
	return requests === 0 ? 'none' : factors.join(combine === 'zip' ? ' | ' : ' × ');
}

function choicesText({params}: Spec): string {
	const most = Math.max(...params.items.map(({body}) => (typeof body.n === 'number' ? body.n : 1)));
	return most > 1 ? `, up to ${most} result rows each` : '';
}

function queueLines({queues}: RunEstimate): readonly string[] {
	const totalInput = queues.reduce((sum, {direct}) => sum + (direct?.inputUsd ?? 0), 0);
	const totalOutput = queues.reduce((sum, {direct}) => sum + (direct?.maxOutputUsd ?? 0), 0);
	const isUnknown = queues.some(({direct}) => direct === null);
	const lines = queues.map(queue => {
		const output = queue.maxOutputTokens === null ? 'unbounded' : `at most ${count(queue.maxOutputTokens)}`;
		const cost =
			queue.direct === null
				? 'cost unknown'
				: `${money(queue.direct.inputUsd)} in + ${queue.direct.maxOutputUsd === null ? 'unbounded' : `at most ${money(queue.direct.maxOutputUsd)}`} out (${queue.priceSource})`;
		return `queue      ${queue.key}: ${plural(queue.requests, 'request')}, ${plural(queue.inputTokens, 'token')} in, ${output} out, ${cost}`;
	});
	const bound = queues.some(({maxOutputTokens}) => maxOutputTokens === null)
		? `at least ${money(totalInput)}; max_tokens would bound it`
		: `${money(totalInput)} to ${money(totalInput + totalOutput)}`;
	return [...lines, `cost       direct: ${isUnknown ? 'unknown; give `prices` in the spec' : bound}`];
}

function sampleLines({counted}: RunEstimate, requests: number): readonly string[] {
	return counted < requests
		? [`tokens     counted in an even sample of ${count(counted)} requests, the rest by their mean`]
		: [];
}

function timeText(requests: number, {rate}: RunSettings): string {
	const byCalls = (requests / rate.concurrency) * assumedCallSeconds;
	const byRate = rate.rpm === null ? 0 : (requests / rate.rpm) * 60;
	const seconds = Math.ceil(Math.max(byCalls, byRate));
	const why =
		byRate > byCalls
			? `rpm ${rate.rpm}`
			: `${rate.concurrency} at once, ${assumedCallSeconds} s a call assumed`;
	return `about ${seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`} (${why})`;
}

function estimateWarnings({queues}: RunEstimate): readonly string[] {
	return queues.flatMap(({key, encoding, isKnownModel, direct}) => [
		...(isKnownModel ? [] : [`The model of ${key} is not known: its tokens are counted with ${encoding}.`]),
		...(direct === null
			? [`The price of ${key} is unknown; cost will be shown as unknown, never as 0.`]
			: []),
	]);
}
