import path from 'node:path';
import type {HookCommands, Postprocess, Spec} from '../spec/spec.ts';

/** The commands of a spec, and what they need to be run. */
export type HookPlan = {
	readonly commands: HookCommands;
	readonly postprocess: Postprocess | null;
	/** Where they run: beside the spec, as the files that it names. */
	readonly folder: string;
	/** Variables that hold keys; with a model's name behind, too. */
	readonly keyVariables: readonly string[];
};

export function hookPlanOf(spec: Spec, apiKeyEnv: string | null): HookPlan {
	const named = [apiKeyEnv, ...spec.providers.map(provider => provider.apiKeyEnv)];
	return {
		commands: spec.hooks,
		postprocess: spec.postprocess,
		folder: path.dirname(path.resolve(spec.path)),
		keyVariables: ['OPENAI_API_KEY', ...named.filter(name => name !== null)],
	};
}
