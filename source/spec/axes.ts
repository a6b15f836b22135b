import {UserError} from '../domain/user-error.ts';

/** Names of the axes, the outermost first: in this order they multiply. */
export const axisNames = ['prompts', 'args', 'model', 'params'] as const;
export type AxisName = (typeof axisNames)[number];

/** Items of each axis; `isList` is false for a single value, which `zip` repeats. */
export type AxisLengths = {readonly [Name in AxisName]: {readonly length: number; readonly isList: boolean}};

/** Positions of a request on each axis, by arithmetic alone. */
export type Axes = {
	/** Number of requests. */
	readonly count: number;
	/** True when a row makes one request, so that its id can be the request's. */
	readonly takesIds: boolean;
	position(axis: AxisName, index: number): number;
};

/** 13 bytes of state and a few of the index each: more than this is a mistake, and no typed array. */
const mostRequests = 100_000_000;

export function createAxes(combine: 'product' | 'zip', lengths: AxisLengths): Axes {
	return combine === 'zip' ? zip(lengths) : product(lengths);
}

function product(lengths: AxisLengths): Axes {
	let count = 1;
	const strides = {prompts: 1, args: 1, model: 1, params: 1};
	for (const name of [...axisNames].reverse()) {
		strides[name] = count;
		count *= lengths[name].length;
	}

	if (count > mostRequests) {
		throw new UserError(
			`the spec gives ${count} requests, more than ${mostRequests}.`,
			'Split it into several.',
		);
	}

	return {
		count,
		takesIds: count === lengths.args.length,
		position: (axis, index) => Math.floor(index / strides[axis]) % lengths[axis].length,
	};
}

function zip(lengths: AxisLengths): Axes {
	const lists = axisNames.filter(name => lengths[name].isList);
	return {
		count: lists.length === 0 ? 1 : lengths[lists[0]!].length,
		takesIds: true,
		position: (axis, index) => (lengths[axis].isList ? index : 0),
	};
}

/** The two lists that `zip` cannot pair, as a sentence, or null. */
export function zipProblem(lengths: Partial<AxisLengths>): string | null {
	const lists = axisNames.filter(name => lengths[name]?.isList);
	const [first, ...others] = lists;
	const other = others.find(name => lengths[name]!.length !== lengths[first!]!.length);
	return other === undefined
		? null
		: `\`combine: zip\` pairs lists of equal length, but \`${first}\` has ${lengths[first!]!.length} and \`${other}\` ${lengths[other]!.length}`;
}
