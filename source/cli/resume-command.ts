import {shellWord} from '../headless/shell-word.ts';
import type {RunOptions} from './run-options.ts';

/** The command that goes on with a run: the same one, without what held for its start only. */
export function resumeCommandOf({
	specPath,
	dir,
	simulate,
	baseUrl,
	apiKeyEnv,
	envFile,
	allowHttp,
}: RunOptions): string {
	return [
		'promptbatch-tui',
		shellWord(specPath),
		...(dir === null ? [] : ['--dir', shellWord(dir)]),
		...(simulate === null ? [] : [simulate === '' ? '--simulate' : `--simulate=${shellWord(simulate)}`]),
		...(baseUrl === null ? [] : ['--base-url', shellWord(baseUrl)]),
		...(apiKeyEnv === null ? [] : ['--api-key-env', shellWord(apiKeyEnv)]),
		...(envFile === null ? [] : ['--env-file', shellWord(envFile)]),
		...(allowHttp ? ['--allow-http'] : []),
	].join(' ');
}
