import {type Document, isMap, isSeq, parseDocument} from 'yaml';
import {outputLimits} from '../domain/estimate.ts';

export type CalibratedValues = {
	/** Null: it stays as it is. */
	readonly maxTokens: number | null;
	readonly completionRatio: number;
};

/** The text of a spec with these values in it. Comments, order and quotes stay; only what is set changes. */
export function writeCalibration(
	text: string,
	{maxTokens, completionRatio}: CalibratedValues,
	/** The field of the body where none of them says how long an answer may be. */
	field: string,
): string {
	const document = parseDocument(text);
	if (maxTokens !== null) {
		for (const path of paramsPaths(document)) {
			const known = outputLimits.find(name => document.hasIn([...path, name])) ?? field;
			document.setIn([...path, known], maxTokens);
		}
	}

	document.set('completion_ratio', completionRatio);
	const written = document.toString({lineWidth: 0, flowCollectionPadding: /\{ /.test(text)});
	const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
	return mark + (text.includes('\r\n') ? written.replaceAll(/\r?\n/g, '\r\n') : written);
}

/** Every dict of `params`; there is one by now where none was. */
function paramsPaths(document: Document): readonly (readonly (string | number)[])[] {
	const params = document.get('params', true);
	if (isSeq(params)) {
		return params.items.flatMap((item, number) => (isMap(item) ? [['params', number]] : []));
	}

	if (!isMap(params)) {
		document.set('params', document.createNode({}, {flow: true}));
	}

	return [['params']];
}

/** Why the length of answers cannot be set in `params`; null where it can. */
export function obstacleToMaxTokens(text: string): string | null {
	const document = parseDocument(text);
	if (document.has('requests')) {
		return 'the rows of the input file say how long answers may be';
	}

	const params: unknown = document.toJS().params ?? {};
	const dicts = (Array.isArray(params) ? params : [params]) as readonly {readonly [name: string]: unknown}[];
	if (dicts.some(({n, best_of: bestOf}) => Number(n ?? 1) > 1 || Number(bestOf ?? 1) > 1)) {
		return 'several answers share a call, and their lengths are known together only';
	}

	const limits = dicts.map(dict => outputLimits.map(name => dict[name]).find(value => value !== undefined));
	return new Set(limits).size > 1 ? '`params` has several of them to compare' : null;
}
