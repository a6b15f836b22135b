import {fieldProblem, type ParamChange} from '../domain/param-change.ts';
import type {RequestSource} from '../domain/request.ts';
import type {RunSettings} from '../domain/settings.ts';
import type {RunState} from '../domain/state.ts';
import type {Spec} from '../spec/spec.ts';
import type {ChangePlan, ChangePort} from '../view/change-port.ts';
import {type CostSources, changeCost} from './change-cost.ts';
import {type ChangeTarget, findTarget, type TargetSources, targetAt} from './change-target.ts';
import {ceilingsOf, isUnbounded, unboundedOutput, unknownPrice} from './changed-ceilings.ts';

export type ChangeSources = CostSources &
	TargetSources & {
		readonly spec: Pick<Spec, 'params' | 'endpoint' | 'answer' | 'requests'>;
		readonly settings: RunSettings;
	};

/** Looks up what a change of parameters would mean; changes nothing. */
export function createChangePort(sources: ChangeSources): ChangePort {
	const {spec, state, source} = sources;

	return async (indexes, change) => {
		if (indexes.length === 0) {
			return refused('no request is chosen');
		}

		const problem = changeProblem(change, spec) ?? manyProviders(indexes, change, source);
		if (problem !== null) {
			return refused(problem);
		}

		const {provider} = source.queues[source.queueOf(indexes[0]!)]!;
		const found = change.model === null ? null : await findTarget(provider, change.model, sources);
		if (typeof found === 'string') {
			return refused(found);
		}

		const ownOf = (queue: number) => targetAt(queue, sources);
		const targetOf = (queue: number) => found ?? ownOf(queue);
		const {isVain, ...costs} = await changeCost(indexes, change, targetOf, ownOf, sources);
		if (isVain) {
			return refused('they are sent like this already');
		}

		return {
			...costs,
			queueKey: found?.info.key ?? null,
			added:
				found === null || found.isThere ? null : {info: found.info, price: found.price, rules: found.rules},
			problem: ceilingProblem(earlierChanges(indexes, state, source), change, targetOf, sources),
		};
	};
}

function refused(problem: string): ChangePlan {
	return {queueKey: null, added: null, costUsd: null, beforeUsd: null, problem};
}

/** What is wrong with the change itself, whatever it is made to. */
function changeProblem({model, body}: ParamChange, {answer}: ChangeSources['spec']): string | null {
	if (model === null && Object.keys(body).length === 0) {
		return 'nothing is changed';
	}

	if (model?.trim() === '') {
		return 'the model has no name';
	}

	for (const [name, value] of Object.entries(body)) {
		const problem = fieldProblem(name, value);
		if (problem !== null) {
			return problem;
		}
	}

	const format = answer.endpoint === 'responses' ? 'text' : 'response_format';
	return answer.structured && Object.hasOwn(body, format)
		? `\`${format}\` cannot be changed: the schema of the spec gives the format of the answer`
		: null;
}

function manyProviders(
	indexes: ArrayLike<number>,
	{model}: ParamChange,
	source: RequestSource,
): string | null {
	const providers = new Set<string>();
	for (let at = 0; model !== null && at < indexes.length; at++) {
		providers.add(source.queues[source.queueOf(indexes[at]!)]!.provider);
	}

	return providers.size > 1
		? `they go to ${[...providers].join(' and ')}: choose those of one provider to change the model`
		: null;
}

/** By queue, the changes that the chosen requests of it have already. */
type EarlierChanges = ReadonlyMap<number, ReadonlySet<number | null>>;

function earlierChanges(
	indexes: ArrayLike<number>,
	{changed}: RunState,
	source: RequestSource,
): EarlierChanges {
	const found = new Map<number, Set<number | null>>();
	for (let at = 0; at < indexes.length; at++) {
		const queue = source.queueOf(indexes[at]!);
		const numbers = found.get(queue) ?? new Set();
		found.set(queue, numbers.add(changed.get(indexes[at]!) ?? null));
	}

	return found;
}

/** A ceiling that is set could not be kept over them any more. */
function ceilingProblem(
	earlier: EarlierChanges,
	change: ParamChange,
	targetOf: (queue: number) => ChangeTarget,
	{spec, settings, state}: ChangeSources,
): string | null {
	const {isCost, isAny} = ceilingsOf(settings, state);
	for (const [queue, numbers] of isAny ? earlier : []) {
		const {info, price, rules} = targetOf(queue);
		if (isCost && price === null) {
			return unknownPrice(info.key);
		}

		for (const number of numbers) {
			const changes = number === null ? [change] : [state.changes[number]!, change];
			if (isUnbounded(spec, changes, rules.maxOutput)) {
				return unboundedOutput(info.key, spec.endpoint);
			}
		}
	}

	return null;
}
