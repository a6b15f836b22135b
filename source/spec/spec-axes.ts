import {type Axes, type AxisLengths, createAxes} from './axes.ts';
import type {Spec} from './spec.ts';

type Axial = Pick<Spec, 'combine' | 'prompts' | 'args' | 'models' | 'params'>;

/** The axes of a spec. `rows`: how many a file of args gives, which the spec alone does not know. */
export function axesOf(spec: Axial, rows: number): Axes {
	return createAxes(spec.combine, lengthsOf(spec, rows));
}

export function lengthsOf(
	{prompts, args, models, params}: Omit<Axial, 'combine'>,
	rows: number,
): AxisLengths {
	return {
		prompts: lengthOf(prompts),
		args: args.kind === 'file' ? {length: rows, isList: true} : lengthOf(args),
		model: lengthOf(models),
		params: lengthOf(params),
	};
}

function lengthOf({items, isList}: {readonly items: readonly unknown[]; readonly isList: boolean}) {
	return {length: items.length, isList};
}
