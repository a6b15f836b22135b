import type {RequestSource} from '../domain/request.ts';
import {askingOf} from '../spec/asking-of.ts';
import type {Spec} from '../spec/spec.ts';
import type {SpecSource} from '../store/row-reader.ts';

/** A spec as the rows of its requests need it. */
export function specSourceOf(spec: Spec, source: RequestSource): SpecSource {
	return {source, check: spec.schemaCheck, asking: askingOf(spec), score: spec.score};
}
