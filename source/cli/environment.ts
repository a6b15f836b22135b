import {readFile} from 'node:fs/promises';
import process from 'node:process';
import type {Environment} from '../api/credentials.ts';
import {withEnvFile} from '../api/env-file.ts';
import {noteKeysOf} from '../api/known-keys.ts';

const uncheckedTls =
	'NODE_TLS_REJECT_UNAUTHORIZED is 0: no certificate is checked, and whoever stands on the way can read keys and prompts.';

/** The process's variables over those of a .env file. A file that was asked for and is missing is a warning. */
export async function readEnvironment(
	envFile: string | null,
): Promise<{readonly env: Environment; readonly warnings: readonly string[]}> {
	const warnings = process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? [uncheckedTls] : [];
	try {
		const env = withEnvFile(process.env, await readFile(envFile ?? '.env', 'utf8'));
		noteKeysOf(env);
		return {env, warnings};
	} catch (error) {
		const missing =
			envFile === null
				? []
				: [`The env file ${envFile} cannot be read (${(error as NodeJS.ErrnoException).code}).`];
		return {env: process.env, warnings: [...warnings, ...missing]};
	}
}
