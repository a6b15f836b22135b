import {type Axes, type AxisLengths, createAxes} from './axes.ts';
import type {Spec} from './spec.ts';

type Axial = Pick<Spec, 'combine' | 'prompts' | 'args' | 'models' | 'params' | 'requests'>;

const single = {length: 1, isList: false} as const;

/** The axes of a spec. `rows`: how many a file of args gives, which the spec alone does not know. */
export function axesOf(spec: Axial, rows: number): Axes {
	return createAxes(spec.combine, lengthsOf(spec, rows));
}

export function lengthsOf(
	{prompts, args, models, params, requests}: Omit<Axial, 'combine'>,
	rows: number,
): AxisLengths {
	const rowsAxis = args.kind === 'file' ? {length: rows, isList: true} : lengthOf(args);
	if (requests !== null) {
		return {prompts: single, args: rowsAxis, model: single, params: single};
	}

	return {
		prompts: lengthOf(prompts),
		args: rowsAxis,
		model: lengthOf(models),
		params: lengthOf(params),
	};
}

function lengthOf({items, isList}: {readonly items: readonly unknown[]; readonly isList: boolean}) {
	return {length: items.length, isList};
}
