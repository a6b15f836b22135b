import process from 'node:process';
import {isRemote, isUnpushed} from '../domain/batch.ts';
import {ceilingValue, type Demand, limitInTheWay, noDemand, type Room, roomUnder} from '../domain/ceiling.ts';
import {limitNames} from '../domain/limit.ts';
import {picodollars} from '../domain/money.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {parseScript} from '../simulator/script.ts';
import {count, plural} from '../view/format.ts';
import {limitText} from '../view/limit-words.ts';
import {exactUsd, filesText, planTable, timeText} from '../view/plan-preview.ts';
import {safeJson} from '../view/safe-json.ts';
import {safeText} from '../view/safe-text.ts';
import {checkChangedCeilings} from './changed-ceilings.ts';
import {checkCeilings} from './check-ceilings.ts';
import type {Flags} from './flags.ts';
import {planJson} from './plan-json.ts';
import {planSpec, type SpecPlan} from './plan-packed.ts';
import type {RunPlan} from './plan-preview.ts';
import {openRequestsOf, type PlannedRun, plannedRun} from './planned-run.ts';
import {queueRulesOf} from './queue-rules-of.ts';
import {type Repeats, repeatNotes, repeatsOf} from './repeated-plan.ts';
import type {RunOptions} from './run-options.ts';
import {sessionSettings} from './session-settings.ts';
import {specAtHand} from './spec-at-hand.ts';
import {taskOf} from './start-task.ts';

/** Requests of which the body is shown. */
const shownBodies = 3;
const longestBody = 400;

/** `--dry-run`: what a start would send, by which way and why. Nothing is written, locked or sent; needs no key. */
export async function dryRun(options: RunOptions, flags: Flags): Promise<number> {
	const spec = await specAtHand(options);
	const settings = sessionSettings(spec, options);
	await checkCeilings(spec, options, settings, queueRulesOf(spec));
	parseScript(options.simulate ?? '');
	await taskOf(spec);
	const run = await plannedRun(spec, options);
	const rules = queueRulesOf({...spec, queues: run.source.queues});
	checkChangedCeilings(spec, options, settings, rules, run.state);
	const open = openRequestsOf(run.state, run.source);
	const plan = await planSpec({source: open, state: run.state, rules, settings}, spec);
	const ceilings = ceilingsReached(run.state, settings, plan, repeatsOf(spec));
	const bodies = firstBodies(plan.calls);
	const isJson = flags.json || flags.display === 'json';
	const text = isJson
		? safeJson({
				event: 'plan',
				directory: run.directory,
				mode: settings.mode,
				...planJson(plan),
				ceilings: ceilings.map(({limit, value, isSure}) => ({
					limit,
					value,
					reached: isSure ? 'yes' : 'maybe',
				})),
				first: bodies,
			})
		: [
				...runLines(run, plan, settings),
				...repeatNotes(spec).map(note => `asked      ${note}`),
				...ceilings.map(
					({limit, value, isSure}) =>
						`ceiling    ${limitText(limit, value)} ${isSure ? 'would' : 'could'} be reached before the end`,
				),
				...(spec.task === null
					? []
					: [`task       ${spec.task.display} may make more of them while the run goes on`]),
				...bodies.map(({id, body}) => `request    ${id}: ${JSON.stringify(body)}`),
				...spec.warnings.map(warning => `warning    ${warning}`),
			]
				.map(line => safeText(line, {maxLength: longestBody}))
				.join('\n');
	for (const notice of run.notices) {
		process.stderr.write(`${safeText(notice)}\n`);
	}

	process.stdout.write(`${text}\n`);
	run.source.close();
	return 0;
}

function firstBodies(source: RequestSource) {
	return Array.from({length: Math.min(shownBodies, source.count)}, (_, position) => {
		const {id, body} = source.expand(position);
		return {id, body};
	});
}

function runLines({state, directory}: PlannedRun, plan: RunPlan, settings: RunSettings): readonly string[] {
	const {totals, batches} = state;
	const {chosen, estimate, completionFrom} = plan;
	const open = plan.queues.reduce((sum, {requests}) => sum + requests, 0);
	const prepared = [...batches.values()].filter(isUnpushed);
	const remote = [...batches.values()].filter(isRemote);
	const lines = (list: typeof remote) => list.reduce((sum, {remaining}) => sum + remaining, 0);
	const done = totals.status[statusCode.done]!;
	const failed = totals.status[statusCode.failed]!;
	return [
		`dry run    nothing is written, nothing is sent; ${directory === null ? 'there is no run yet' : `the run ${directory} stays as it is`}`,
		`requests   ${count(open)} of ${count(state.count)} would be sent; ${count(done)} are done, ${count(failed)} failed`,
		...(prepared.length > 0
			? [
					`prepared   ${plural(prepared.length, 'batch file')} with ${plural(lines(prepared), 'request')} would be sent first`,
				]
			: []),
		...(remote.length > 0
			? [
					`remote     ${plural(remote.length, 'batch', 'batches')} with ${plural(lines(remote), 'request')} would be collected, not sent again`,
				]
			: []),
		...plan.queues.filter(({requests}) => requests > 0).map(queueLine),
		`files      ${filesText(chosen)}${settings.remote.maxBatches === 0 && chosen.files > 0 ? '; prepared and not sent, as remote.max_batches is 0' : ''}`,
		`tokens     ${count(chosen.inputTokens)} in, ${tokens(chosen.outputTokens)} out expected (completion ratio ${estimate.completion.ratio}, ${completionFrom}), ${tokens(chosen.maxOutputTokens)} out at most`,
		`cost       ${exactUsd(chosen.usd)} expected, ${exactUsd(chosen.maxUsd)} at most`,
		`time       ${timeText(chosen)}`,
		...planTable(plan.preview),
	];
}

function queueLine({key, requests, choice, shards}: RunPlan['queues'][number]): string {
	const files = choice.lane === 'batch' ? ` in ${plural(shards.length, 'batch', 'batches')}` : '';
	return `queue      ${key}: ${plural(requests, 'request')} ${choice.lane}${files}, as ${choice.why}`;
}

function tokens(amount: number | null): string {
	return amount === null ? 'an unknown number' : count(amount);
}

/** The ceilings that the expected use, or only the greatest possible one, would reach. */
function ceilingsReached(
	state: RunState,
	{limits}: RunSettings,
	{chosen, queues, packedCalls}: SpecPlan,
	repeats: Repeats,
) {
	// A call that several share counts once.
	const requests = packedCalls ?? queues.reduce((sum, queue) => sum + queue.requests, 0);
	const demand = (output: number | null, usd: number | null, times: number): Demand => ({
		requests: requests * times,
		tokens: chosen.inputTokens + (output ?? 0),
		costPico: picodollars(usd ?? 0),
	});
	const room = roomUnder(state, limits, noDemand);
	const passes = (limit: string, wanted: Demand) =>
		limitInTheWay(room.filter(entry => entry.limit === limit) as Room, wanted) !== null;
	return limitNames
		.map(limit => ({
			limit,
			value: ceilingValue(state, limits, limit),
			isSure: passes(limit, demand(chosen.outputTokens, chosen.usd, repeats.least)),
			isPossible: passes(limit, demand(chosen.maxOutputTokens, chosen.maxUsd, repeats.most)),
		}))
		.filter(({isSure, isPossible}) => isSure || isPossible);
}
