import {parseArgs} from 'node:util';
import {type SpecKind, specKinds} from './made-spec.ts';

export type TortureOptions = {
	/** Random kills. */
	readonly rounds: number;
	readonly seed: number;
	readonly kinds: readonly SpecKind[];
	/** Every named step twice as well. */
	readonly withSteps: boolean;
};

/** Null, with a sentence on stderr, where the command line is none. */
export function readOptions(args: readonly string[]): TortureOptions | string {
	try {
		const {values} = parseArgs({
			args: [...args],
			options: {
				rounds: {type: 'string', default: '20'},
				seed: {type: 'string', default: String(Math.floor(Math.random() * 1e9))},
				spec: {type: 'string', multiple: true, default: [...specKinds]},
				'no-steps': {type: 'boolean', default: false},
			},
		});
		const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
		const strange = values.spec.find(kind => !specKinds.some(known => known === kind));
		if (!Number.isInteger(rounds) || rounds < 0 || !Number.isInteger(seed)) {
			return '--rounds and --seed take whole numbers.';
		}

		return strange === undefined
			? {rounds, seed, kinds: values.spec as SpecKind[], withSteps: !values['no-steps']}
			: `--spec takes ${specKinds.join(', ')}, not ${strange}.`;
	} catch (error) {
		return (error as Error).message;
	}
}
