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
		quote(specPath),
		...(dir === null ? [] : ['--dir', quote(dir)]),
		...(simulate === null ? [] : [simulate === '' ? '--simulate' : `--simulate=${quote(simulate)}`]),
		...(baseUrl === null ? [] : ['--base-url', quote(baseUrl)]),
		...(apiKeyEnv === null ? [] : ['--api-key-env', quote(apiKeyEnv)]),
		...(envFile === null ? [] : ['--env-file', quote(envFile)]),
		...(allowHttp ? ['--allow-http'] : []),
	].join(' ');
}

/** For a POSIX shell. */
function quote(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
