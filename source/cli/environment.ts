import {readFile} from 'node:fs/promises';
import process from 'node:process';
import type {Environment} from '../api/credentials.ts';
import {withEnvFile} from '../api/env-file.ts';

/** The process's variables over those of a .env file. A file that was asked for and is missing is a warning. */
export async function readEnvironment(
	envFile: string | null,
): Promise<{readonly env: Environment; readonly warnings: readonly string[]}> {
	try {
		return {env: withEnvFile(process.env, await readFile(envFile ?? '.env', 'utf8')), warnings: []};
	} catch (error) {
		const warnings =
			envFile === null
				? []
				: [`The env file ${envFile} cannot be read (${(error as NodeJS.ErrnoException).code}).`];
		return {env: process.env, warnings};
	}
}
