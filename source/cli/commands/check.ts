import process from 'node:process';
import type {RunSettings} from '../../domain/settings.ts';
import {memoryInputs} from '../../spec/memory-inputs.ts';
import {openRequests} from '../../spec/open-requests.ts';
import type {Spec, SpecFile} from '../../spec/spec.ts';
import {stdinName} from '../../spec/spec-files.ts';
import {count, plural} from '../../view/format.ts';
import {exactUsd, planTable} from '../../view/plan-preview.ts';
import {safeJson} from '../../view/safe-json.ts';
import {safeText} from '../../view/safe-text.ts';
import {checkCeilings} from '../check-ceilings.ts';
import {checkPack} from '../check-pack.ts';
import {readEnvironment} from '../environment.ts';
import type {RunEstimate} from '../estimate-run.ts';
import type {Flags} from '../flags.ts';
import {planJson} from '../plan-json.ts';
import {planSpec, type SpecPlan} from '../plan-packed.ts';
import {assumedCallSeconds, type RunPlan} from '../plan-preview.ts';
import {beginPlanned, freshState} from '../planned-state.ts';
import {accessObstacles} from '../provider-access.ts';
import {queueRulesOf} from '../queue-rules-of.ts';
import {repeatNotes} from '../repeated-plan.ts';
import {runOptionsOf} from '../run-options-of.ts';
import {pricesOf} from '../run-prices.ts';
import {sessionSettings} from '../session-settings.ts';
import {specAtHand} from '../spec-at-hand.ts';
import {taskOf} from '../start-task.ts';
import {systemClock} from '../system-clock.ts';

/** Validates a spec and says what it would send and cost by each way. No network, nothing written. */
export async function check(specPath: string, flags: Flags): Promise<number> {
	const options = runOptionsOf(specPath, flags, false);
	const spec = await specAtHand(options);
	const settings = sessionSettings(spec, options);
	const rules = queueRulesOf(spec);
	await checkCeilings(spec, options, settings, rules);
	await taskOf(spec);
	await checkPack(spec);
	const source = openRequests(spec, await memoryInputs(spec));
	const at = systemClock.now();
	const state = freshState(source, at);
	beginPlanned(state, await pricesOf(spec), at);
	const plan = await planSpec({source, state, rules, settings}, spec);
	source.close();
	const {env, warnings} = await readEnvironment(options.envFile);
	const notes = [
		...spec.warnings,
		...warnings,
		...estimateWarnings(plan.estimate),
		...accessObstacles(spec, options, env),
	];
	const lines = flags.json
		? [safeJson({spec: specPath, mode: settings.mode, ...planJson(plan), warnings: notes})]
		: [
				`${specPath} is valid.`,
				`requests   ${count(source.count)}${choicesText(spec)}: ${shapeText(spec, source.count)}`,
				...(spec.task === null ? planLines(plan, settings, source.count) : []),
				...repeatNotes(spec).map(note => `asked      ${note}`),
				...notes.map(note => `warning    ${note}`),
			];
	process.stdout.write(`${flags.json ? lines[0] : lines.map(line => safeText(line)).join('\n')}\n`);
	return 0;
}

function planLines(plan: SpecPlan, settings: RunSettings, requests: number): readonly string[] {
	return [
		...plan.queues.flatMap(queueLines),
		...sampleLines(plan.estimate, requests),
		`longest    ${count(plan.estimate.longestInputTokens)} input tokens`,
		`lane       mode ${settings.mode}`,
		...laneLines(plan),
		...planTable(plan.preview),
		...packedLines(plan, requests),
		...planNotes(plan, settings),
	];
}

function shapeText(spec: Spec, requests: number): string {
	const {prompts, args, models, params, combine, task, requests: file} = spec;
	if (task !== null) {
		return `${task.display} makes them while the run goes on; how many, and what they cost, shows then`;
	}

	if (file !== null && args.kind === 'file') {
		return `rows of ${fileText(args.file)}`;
	}

	const rows = args.kind === 'file' ? `rows of ${fileText(args.file)}` : plural(args.items.length, 'arg');
	const factors = [
		plural(prompts.items.length, 'prompt'),
		rows,
		plural(models.items.length, 'model'),
		plural(params.items.length, 'param'),
	];
	return requests === 0 ? 'none' : factors.join(combine === 'zip' ? ' | ' : ' × ');
}

function fileText({name, display}: SpecFile): string {
	return name === stdinName ? display : name;
}

function choicesText({params, requests}: Spec): string {
	const own = requests?.scanned.mostChoices ?? 1;
	const most = Math.max(own, ...params.items.map(({body}) => (typeof body.n === 'number' ? body.n : 1)));
	return most > 1 ? `, up to ${most} result rows each` : '';
}

function queueLines(queue: RunPlan['queues'][number]): readonly string[] {
	const {key, requests, inputTokens, maxOutputTokens, direct, batch, priceSource} = queue;
	const output = maxOutputTokens === null ? 'unbounded' : `at most ${count(maxOutputTokens)}`;
	const costs = [direct && `direct ${costText(direct)}`, batch && `batch ${costText(batch)}`].filter(Boolean);
	const price = direct === null ? 'cost unknown' : `cost ${costs.join(', ')} (${priceSource})`;
	return [
		`queue      ${key}: ${plural(requests, 'request')}, ${plural(inputTokens, 'token')} in, ${output} out, ${price}`,
	];
}

function costText({inputUsd, maxOutputUsd}: NonNullable<RunPlan['queues'][number]['direct']>): string {
	return `${exactUsd(inputUsd)} in + ${maxOutputUsd === null ? 'unbounded' : `at most ${exactUsd(maxOutputUsd)}`} out`;
}

function laneLines({queues}: RunPlan): readonly string[] {
	return queues
		.filter(({requests}) => requests > 0)
		.map(({key, choice}) => `           ${key}: ${choice.lane}, as ${choice.why}`);
}

function sampleLines({counted}: RunEstimate, requests: number): readonly string[] {
	return counted < requests
		? [`tokens     counted in an even sample of ${count(counted)} requests, the rest by their mean`]
		: [];
}

/** What packing saves beside asking each request once and alone. */
function packedLines(
	{packedCalls, isAudited, preview: {packed, direct}}: SpecPlan,
	requests: number,
): readonly string[] {
	if (packedCalls === null || !packed) {
		return [];
	}

	const tokens = direct.inputTokens - packed.inputTokens;
	const calls = plural(requests - packedCalls, 'call');
	const saves =
		tokens < 0
			? `${calls}, at ${count(-tokens)} input tokens more`
			: `${calls} and ${count(tokens)} input tokens`;
	return [
		`packed     ${plural(requests, 'request')} in ${isAudited ? 'about ' : ''}${plural(packedCalls, 'call')}${isAudited ? '' : ' at most'}: saves ${saves}`,
	];
}

/** What the figures of the table rest on. */
function planNotes({estimate, completionFrom, queues, preview}: RunPlan, {rate, remote}: RunSettings) {
	const {ratio} = estimate.completion;
	const assumed =
		completionFrom === 'given'
			? 'as completion_ratio says'
			: 'assumed, as there is no completion_ratio in the spec';
	const rates = [
		`${rate.concurrency} at once`,
		...(rate.rpm === null ? [] : [`rpm ${rate.rpm}`]),
		...(rate.tpm === null ? [] : [`tpm ${rate.tpm}`]),
		...(rate.joint ?? []).map(({name, rpm}) => `${name} ${rpm} a minute`),
		`${assumedCallSeconds} s a call assumed`,
	];
	return [
		`expected   output by a completion ratio of ${ratio}, ${assumed}`,
		`time       direct: ${rates.join(', ')}; batch: a window of 24 h each, mostly less`,
		...(remote.maxBatches === 0
			? ['batch      remote.max_batches is 0: files are prepared, none is sent']
			: []),
		...queues
			.filter(({hasBatch}) => !hasBatch)
			.map(({key}) => `batch      ${key}: no Batch API takes its requests`),
		...(preview.direct.usd === null &&
		queues.some(({direct, maxOutputTokens}) => direct && maxOutputTokens === null)
			? ['cost       unknown where no max_tokens bounds the output']
			: []),
		...(queues.some(({direct}) => direct === null) ? ['cost       unknown; give `prices` in the spec'] : []),
	];
}

function estimateWarnings({queues}: RunEstimate): readonly string[] {
	return queues.flatMap(({key, encoding, isKnownModel, direct}) => [
		...(isKnownModel ? [] : [`The model of ${key} is not known: its tokens are counted with ${encoding}.`]),
		...(direct === null
			? [`The price of ${key} is unknown; cost will be shown as unknown, never as 0.`]
			: []),
	]);
}
