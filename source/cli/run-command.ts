import {spawn} from 'node:child_process';

/** Runs a hook by `sh -c`, without a terminal. Resolves to what went wrong, as the end of a sentence, or null. */
export async function runCommand(
	command: string,
	cwd: string,
	env: {readonly [name: string]: string},
): Promise<string | null> {
	return new Promise(resolve => {
		// Detached: ctrl-c at the terminal is not meant for it, and it has no terminal to write to or read from.
		const child = spawn('sh', ['-c', command], {cwd, env, stdio: 'ignore', detached: true});
		// Only whoever waits for it keeps this process.
		child.unref();
		child.once('error', error => resolve(`could not be run: ${error.message}`));
		child.once('exit', (code, signal) => {
			resolve(code === 0 ? null : `ended with ${code === null ? signal : `exit code ${code}`}`);
		});
	});
}
