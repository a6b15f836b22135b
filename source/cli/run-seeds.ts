import type {RunSeeds} from '../domain/event.ts';
import {parseScript} from '../simulator/script.ts';
import type {Spec} from '../spec/spec.ts';

/** For the record of a run, when it is made. `simulate`: the simulator's script, or null for a real run. */
export function seedsOf({args}: Pick<Spec, 'args'>, simulate: string | null): RunSeeds {
	return {
		sample: args.kind === 'file' && args.sample !== null ? args.seed : null,
		simulator: simulate === null ? null : parseScript(simulate).seed,
	};
}
