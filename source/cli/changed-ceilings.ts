import {taskCost} from '../domain/ceiling.ts';
import {allowedOutput} from '../domain/demand.ts';
import {changeFields, type ParamChange} from '../domain/param-change.ts';
import type {Price} from '../domain/price.ts';
import type {QueueRules} from '../domain/queue-rules.ts';
import {defaultSettings, type RunSettings} from '../domain/settings.ts';
import {type RunState, statusCode} from '../domain/state.ts';
import {UserError} from '../domain/user-error.ts';
import type {Spec} from '../spec/spec.ts';

/** Fields that bound an output, as a person would add them. */
export const boundOf: {readonly [endpoint in Spec['endpoint']]: string} = {
	chat: 'max_tokens',
	completions: 'max_tokens',
	responses: 'max_output_tokens',
	embeddings: '',
	moderations: '',
};

type Bodies = Pick<Spec, 'params' | 'endpoint' | 'requests'>;

/** What keeps a ceiling from being kept over requests as a person changed them, in words that go on a sentence. */
export function changedObstacle(
	spec: Bodies & Pick<Spec, 'queues'>,
	rules: readonly QueueRules[],
	{changed, changes, columns, queues}: RunState,
	/** By queue. */
	prices: readonly (Price | null)[],
): string | null {
	const numbers = new Set<number>();
	for (const [index, number] of changed) {
		if (columns.status[index] !== statusCode.done) {
			numbers.add(number);
		}
	}

	for (const change of [...numbers].map(number => changes[number]!)) {
		for (const [queue, {info}] of queues.entries()) {
			const isIts = change.queueKey === null ? queue < spec.queues.length : info.key === change.queueKey;
			if (isIts && prices[queue] === null) {
				return unknownPrice(info.key);
			}

			if (isIts && isUnbounded(spec, [change], rules[queue]!.maxOutput)) {
				return unboundedOutput(info.key, spec.endpoint);
			}
		}
	}

	return null;
}

/** Refuses a ceiling of spec or flags that an earlier session's changes make impossible. */
export function checkChangedCeilings(
	spec: Spec,
	{onlyProcess}: {readonly onlyProcess: boolean},
	settings: RunSettings,
	rules: readonly QueueRules[],
	state: RunState,
	prices: readonly (Price | null)[] = state.queues.map(({price}) => price),
): void {
	const {isCost, isAny} = ceilingsOf(settings, state);
	const why = onlyProcess || !isAny ? null : changedObstacle(spec, rules, state, isCost ? prices : []);
	if (why !== null) {
		throw new UserError(
			`A ceiling is set that cannot be kept over requests whose parameters were changed: ${why}.`,
			'Do that, or remove the ceiling.',
		);
	}
}

/** Which ceilings a person set; those by default give way where they cannot be kept. */
export function ceilingsOf(
	{limits, mode, batch, remote}: RunSettings,
	state: RunState,
): {readonly isCost: boolean; readonly isAny: boolean} {
	const {task, session} = limits;
	const stages = Object.values(limits.stages ?? {});
	const isSet = (set: bigint | null, byDefault: bigint | null) => set !== null && set !== byDefault;
	const isCost =
		taskCost(state, task.costPico) !== null ||
		session.costPico !== null ||
		stages.some(({costPico}) => costPico !== null) ||
		(mode !== 'direct' &&
			(isSet(batch.maxCostPico, defaultSettings.batch.maxCostPico) ||
				isSet(remote.maxCostPico, defaultSettings.remote.maxCostPico)));
	return {isCost, isAny: isCost || [task, session, ...stages].some(({tokens}) => tokens !== null)};
}

/** Some body of the spec has no bound on its output with these changes, one after the other. */
export function isUnbounded(
	{params, endpoint, requests}: Bodies,
	changes: readonly ParamChange[],
	maxOutput: number | null,
): boolean {
	const areBounded = requests?.scanned.queues.every(({isBounded}) => isBounded) ?? false;
	// Of the rows of a file only this much is known, and no change goes before what the spec gives to all.
	const bodies = areBounded ? [{[boundOf[endpoint]]: 1}] : params.items.map(({body}) => body);
	return bodies.some(body => allowedOutput(changes.reduce(changeFields, body), endpoint, maxOutput) === null);
}

export function unknownPrice(queue: string): string {
	return `nobody knows the price of ${queue}: set \`prices\``;
}

export function unboundedOutput(queue: string, endpoint: Spec['endpoint']): string {
	return `nothing bounds the output of ${queue}: change \`${boundOf[endpoint]}\` too`;
}
