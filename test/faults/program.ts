import {type CliEnd, type CliProcess, startCli} from '../cli/cli-process.ts';

/** Every file and every line is searched for it afterwards. */
export const faultKey = 'sk-fault-7Hc2kQ9vX1';

export const faultEnv = {OPENAI_API_KEY: faultKey};

/** `spec.yaml` of a folder against an address, with a JSON display. */
export function startAgainst(
	url: string,
	folder: string,
	args: readonly string[] = [],
	env: NodeJS.ProcessEnv = {},
): CliProcess {
	return startCli(['spec.yaml', '--base-url', url, '--display', 'json', ...args], {
		cwd: folder,
		env: {...faultEnv, ...env},
	});
}

export async function runAgainst(
	url: string,
	folder: string,
	args: readonly string[] = [],
	env: NodeJS.ProcessEnv = {},
): Promise<CliEnd> {
	return startAgainst(url, folder, args, env).ended;
}
