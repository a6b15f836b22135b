import {allowedOutput} from '../domain/demand.ts';
import type {Price} from '../domain/price.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import type {JsonObject} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';
import {specError} from '../spec/spec-error.ts';
import {boundOf, changedObstacle, unknownPrice} from './changed-ceilings.ts';
import type {RunOptions} from './run-options.ts';
import {pricesOf} from './run-prices.ts';

/** A ceiling that the user set, by flag or spec; the defaults give way where they cannot be kept. */
type GivenCeiling = {
	readonly name: string;
	readonly where: string;
	readonly counts: 'cost' | 'tokens';
	/** It holds for the judges alone. */
	readonly ofJudges?: boolean;
};

/**
 * Refuses what could not be kept, before anything is created or sent: `mode: batch` where there is no Batch API, a
 * ceiling in USD over a model without a price, a ceiling over outputs that nothing bounds.
 */
export async function checkCeilings(
	spec: Spec,
	options: RunOptions,
	settings: RunSettings,
	rules: readonly QueueRules[],
): Promise<void> {
	// What is at the API already was bought: nothing new is.
	if (options.onlyProcess) {
		return;
	}

	refuseBatchMode(spec, options, settings, rules);
	const ceilings = givenCeilings(spec, options, settings);
	const prices = ceilings.some(({counts}) => counts === 'cost') ? await pricesOf(spec) : [];
	for (const ceiling of ceilings) {
		if (ceiling.counts === 'cost') {
			refuseUnpriced(ceiling, spec, prices);
		}

		const unbounded = ceiling.ofJudges ? unboundedJudge(spec, rules) : unboundedQueue(spec, rules);
		if (unbounded) {
			throw specError(
				ceiling.where,
				`${ceiling.name} cannot be kept, as nothing bounds the output of ${unbounded}`,
				`Add \`${boundOf[spec.endpoint]}\` to \`params\`${ceiling.ofJudges ? ' of the judge' : ''}, or remove the ceiling.`,
			);
		}
	}
}

const whyNoTurns = 'each turn needs the answer to the one before, and a batch takes hours for one';

function refuseBatchMode(
	spec: Spec,
	options: RunOptions,
	{mode}: RunSettings,
	rules: readonly QueueRules[],
): void {
	if (mode === 'batch' && spec.hasTurns) {
		throw options.mode === null
			? specError(
					spec.where(['mode']),
					`\`mode: batch\` cannot send prompts of several turns: ${whyNoTurns}`,
					'Write `mode: auto` or `mode: direct`, or give each conversation as `messages`.',
				)
			: new UserError(
					`--mode batch cannot send prompts of several turns: ${whyNoTurns}.`,
					'Write --mode auto or --mode direct.',
				);
	}

	const position = rules.findIndex(({hasBatch}) => !hasBatch);
	const without = spec.queues[position];
	if (mode === 'batch' && without) {
		const why = rules[position]!.noBatch ?? `${without.provider} is not known to have one`;
		throw options.mode === null
			? specError(
					spec.where(['mode']),
					`\`mode: batch\` needs a Batch API, and ${why}`,
					'Write `mode: auto` or `mode: direct`.',
				)
			: new UserError(`--mode batch needs a Batch API, and ${why}.`, 'Write --mode auto or --mode direct.');
	}
}

function givenCeilings(spec: Spec, options: RunOptions, {mode}: RunSettings): readonly GivenCeiling[] {
	const flags = [
		{flag: '--max-cost', value: options.maxCost},
		{flag: '--max-session-cost', value: options.maxSessionCost},
	].flatMap(({flag, value}) =>
		value === null ? [] : [{name: 'the ceiling', where: `${flag} ${value}`, counts: 'cost' as const}],
	);
	const {limits, batch, remote, judge} = spec.written;
	const written = [
		{path: ['limits', 'task', 'cost'], value: options.maxCost === null ? limits?.task?.cost : null},
		{
			path: ['limits', 'session', 'cost'],
			value: options.maxSessionCost === null ? limits?.session?.cost : null,
		},
		{path: ['limits', 'task', 'ktokens'], value: limits?.task?.ktokens},
		{path: ['limits', 'session', 'ktokens'], value: limits?.session?.ktokens},
		{path: ['batch', 'max_cost'], value: mode === 'direct' ? null : batch?.max_cost},
		{path: ['remote', 'max_cost'], value: mode === 'direct' ? null : remote?.max_cost},
		{path: ['judge', 'limits', 'cost'], value: judge?.limits?.cost},
		{path: ['judge', 'limits', 'ktokens'], value: judge?.limits?.ktokens},
	].flatMap(({path, value}): readonly GivenCeiling[] =>
		typeof value === 'number'
			? [
					{
						name: `\`${path.join('.')}\``,
						where: spec.where(path),
						counts: path.at(-1) === 'ktokens' ? 'tokens' : 'cost',
						ofJudges: path[0] === 'judge',
					},
				]
			: [],
	);
	return [...flags, ...written];
}

function refuseUnpriced(
	{name, where, ofJudges}: GivenCeiling,
	spec: Spec,
	prices: readonly (Price | null)[],
): void {
	const judges = new Set(spec.judging?.judges.map(({queue}) => queue));
	const unpriced = spec.queues.find((_, queue) => prices[queue] === null && (!ofJudges || judges.has(queue)));
	if (unpriced) {
		throw specError(
			where,
			`${name} cannot be kept, as nobody knows the price of ${unpriced.key}`,
			`Add it in USD per million tokens, for example \`${priceExample(spec, unpriced)}\`, or remove the ceiling.`,
		);
	}
}

/** For the one queue alone, where others have their prices. */
function priceExample({queues}: Spec, {provider}: Spec['queues'][number]): string {
	const rates = '{input: 0.15, output: 0.6}';
	return queues.length === 1 ? `prices: ${rates}` : `prices: {by: {${provider}: {default: ${rates}}}}`;
}

/**
 * Why no ceiling in USD could be kept that a person types while the run goes on; null where one can. Asked for every
 * snapshot, and looked up anew when parameters were changed.
 */
export function ceilingObstacle(
	spec: Spec,
	rules: readonly QueueRules[],
	prices: readonly (Price | null)[],
	state: RunState,
): () => string | null {
	const given = specObstacle(spec, rules, prices);
	let known = {changes: 0, obstacle: given};
	return () => {
		const {changes, queues} = state;
		if (known.changes !== changes.length) {
			const current = queues.map(({price}) => price);
			known = {changes: changes.length, obstacle: given ?? changedObstacle(spec, rules, state, current)};
		}

		return known.obstacle;
	};
}

function specObstacle(
	spec: Spec,
	rules: readonly QueueRules[],
	prices: readonly (Price | null)[],
): string | null {
	const unpriced = spec.queues.find((_, queue) => prices[queue] === null);
	if (unpriced) {
		return unknownPrice(unpriced.key);
	}

	const unbounded = unboundedQueue(spec, rules);
	return unbounded === null
		? null
		: `nothing bounds the output of ${unbounded}: add \`${boundOf[spec.endpoint]}\` to \`params\``;
}

/** The first judge whose output nothing bounds, by its queue. */
function unboundedJudge({judging, queues, endpoint}: Spec, rules: readonly QueueRules[]): string | null {
	return unboundedStage(judging?.judges ?? [], queues, endpoint, rules);
}

function unboundedStage(
	asked: readonly {readonly queue: number; readonly params: JsonObject}[],
	queues: Spec['queues'],
	endpoint: Spec['endpoint'],
	rules: readonly QueueRules[],
): string | null {
	const open = asked.find(
		({queue, params}) => allowedOutput(params, endpoint, rules[queue]!.maxOutput) === null,
	);
	return open ? queues[open.queue]!.key : null;
}

/** The first queue with a request whose output nothing bounds. */
function unboundedQueue(
	{models, params, queues, endpoint, combine, requests, judging, rephrasing}: Spec,
	rules: readonly QueueRules[],
): string | null {
	const stages = [...(judging?.judges ?? []), ...(rephrasing?.models ?? [])];
	const ofStages = unboundedStage(stages, queues, endpoint, rules);
	const isOpen = (queue: number, body: JsonObject) =>
		allowedOutput(body, endpoint, rules[queue]!.maxOutput) === null;
	if (requests !== null) {
		const queue = requests.scanned.queues.findIndex(({isBounded}, at) => !isBounded && isOpen(at, {}));
		return queues[queue]?.key ?? ofStages;
	}

	for (const [position, {queue}] of models.items.entries()) {
		const arePaired = combine === 'zip' && models.isList && params.isList;
		const bodies = arePaired ? params.items.slice(position, position + 1) : params.items;
		if (bodies.some(({body}) => isOpen(queue, body))) {
			return queues[queue]!.key;
		}
	}

	return ofStages;
}
