import type {ProviderConfig} from '../domain/provider.ts';
import type {QueueInfo} from '../domain/request.ts';
import type {JointRate} from '../domain/settings.ts';
import {nearest} from './nearest.ts';
import {providerNamed} from './place-request.ts';
import {specError} from './spec-error.ts';
import type {SpecInput} from './spec-schema.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath} from './yaml-source.ts';

/** What the names in `rate.by` may stand for. */
export type RateNames = {
	readonly queues: readonly QueueInfo[];
	readonly known: ReadonlyMap<string, ProviderConfig>;
	/** Groups that the rows have, for suggestions. */
	readonly groups: readonly string[];
};

/** The key of a map of models that stands for all the others. */
const others = 'default';

/**
 * `rate.by`, as the `max_queries` of prompto: a number holds for all requests of a provider or of a group together; in
 * a map each model has its own and `default` is for the others together. Requests of a group that is named here
 * count for the group and not for their provider. Who has no number here has `rate.rpm`.
 */
export function jointRatesOf({rate}: SpecInput, names: RateNames, source: SpecSource): readonly JointRate[] {
	return Object.entries(rate?.by ?? {}).flatMap(([name, written]): readonly JointRate[] => {
		const path: DataPath = ['rate', 'by', name];
		const provider = providerNamed(name, names.known);
		const targets = names.queues.filter(({provider: own, group}) =>
			provider === null ? group === name : group === undefined && own === provider.name,
		);
		if (provider === null && targets.length === 0) {
			throw unknownName(name, path, names, source);
		}

		if (typeof written === 'number') {
			return [{name, rpm: written, queues: targets.map(({key}) => key)}];
		}

		const own = Object.entries(written).filter(([model]) => model !== others);
		return [
			...own.map(([model, rpm]) => {
				const queues = targets.filter(queue => queue.model === model).map(({key}) => key);
				if (queues.length === 0 && targets.length > 0) {
					throw unknownModel(name, model, targets, path, source);
				}

				return {name: `${name} ${model}`, rpm, queues};
			}),
			...(written[others] === undefined
				? []
				: [{name, rpm: written[others], queues: restOf(targets, own).map(({key}) => key)}]),
		];
	});
}

function restOf(targets: readonly QueueInfo[], own: readonly (readonly [string, number])[]) {
	return targets.filter(({model}) => !own.some(([name]) => name === model));
}

function unknownName(name: string, path: DataPath, {known, groups}: RateNames, source: SpecSource) {
	const near = nearest(name, [...known.keys(), ...groups]);
	return specError(
		source.where(path, 'key'),
		`\`rate.by.${name}\` names no provider and no group of the rows; the nearest is \`${near}\``,
		'Correct it: a limit that nobody has would hold nothing back.',
	);
}

function unknownModel(
	name: string,
	model: string,
	targets: readonly QueueInfo[],
	path: DataPath,
	source: SpecSource,
) {
	const models = [...new Set(targets.map(target => target.model))];
	return specError(
		source.where([...path, model], 'key'),
		`\`rate.by.${name}.${model}\` names no model that is asked there; the nearest is \`${nearest(model, models)}\``,
		'Correct it: a limit that nobody has would hold nothing back.',
	);
}
