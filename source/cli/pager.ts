import {spawn} from 'node:child_process';
import process from 'node:process';
import type {PagerPort} from '../ui/lend-terminal.ts';

const ignore = () => {};

/** A single command with its words: it can take the place of the shell, so that ending the one ends the other. */
const simpleCommand = /^[\w./+-]+( [^;&|<>()`$\n]*)?$/;

/** Shows a text in `$PAGER`, which reads its keys from the terminal. Resolves to why it could not, or null. */
export const showInPager: PagerPort = async (text, end) => {
	const command = process.env.PAGER?.trim() || 'less';
	const giveBack = holdSignals();
	const pager = spawn('sh', ['-c', simpleCommand.test(command) ? `exec ${command}` : command], {
		stdio: ['pipe', 'inherit', 'inherit'],
	});
	const kill = () => pager.kill();
	end.addEventListener('abort', kill);
	// It would fight with the shell for the keys.
	process.once('exit', kill);
	try {
		return await new Promise<string | null>(resolve => {
			pager.on('error', error => resolve(`the pager cannot be started: ${error.message}`));
			pager.on('close', code => resolve(code === 126 || code === 127 ? missing(command) : null));
			// Whoever leaves a pager has mostly not read all.
			pager.stdin.on('error', ignore);
			pager.stdin.end(text.endsWith('\n') ? text : `${text}\n`);
		});
	} finally {
		process.off('exit', kill);
		end.removeEventListener('abort', kill);
		giveBack();
	}
};

function missing(command: string): string {
	return `the pager ${command} cannot be run: set PAGER to one that is installed`;
}

/** Keys that interrupt the pager reach every process of the terminal: they are not meant for the run. */
function holdSignals(): () => void {
	const held = (['SIGINT', 'SIGQUIT'] as const).map(signal => {
		const listeners = process.listeners(signal);
		process.removeAllListeners(signal);
		process.on(signal, ignore);
		return {signal, listeners};
	});
	return () => {
		for (const {signal, listeners} of held) {
			process.off(signal, ignore);
			for (const listener of listeners) {
				process.on(signal, listener);
			}
		}
	};
}
