import {zipProblem} from './axes.ts';
import type {ArgsItem, Spec} from './spec.ts';
import {axesOf, lengthsOf} from './spec-axes.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';

/** The axes fit together, as far as the spec alone can say: how many rows a file gives shows when it is read. */
export function checkAxes(
	axes: Pick<Spec, 'combine' | 'prompts' | 'args' | 'models' | 'params' | 'requests'>,
	source: SpecSource,
): void {
	const {args: argsLength, ...others} = lengthsOf(axes, 0);
	const known = axes.args.kind === 'file' ? others : {...others, args: argsLength};
	const problem = axes.combine === 'zip' ? zipProblem(known) : null;
	if (problem) {
		throw specError(
			source.where(['combine']),
			problem,
			'Make the lists equally long, or write a single value without a list: it is repeated.',
		);
	}

	const {takesIds} = axesOf(axes, 1);
	if (axes.args.kind === 'inline' && takesIds) {
		refuseRepeatedIds(axes.args.items);
	}
}

/** Ids that are written in the spec, and the positions that stand in for missing ones, differ. */
function refuseRepeatedIds(items: readonly ArgsItem[]): void {
	const seen = new Map<string, string>();
	for (const [i, {id, where}] of items.entries()) {
		const own = id ?? String(i);
		const other = seen.get(own);
		if (other !== undefined) {
			throw specError(where, `the id \`${own}\` was used before, at ${other}`, 'Give each item its own id.');
		}

		seen.set(own, where);
	}
}
