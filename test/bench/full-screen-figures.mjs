// The same figures for a program in a pseudo terminal of 120x40, and when its first frames appeared.
import process from 'node:process';
import pty from '@lydell/node-pty';
import {watchMemory} from './process-figures.mjs';

/** {file, args, cwd, until} → {ms, peakMb, code, bytes, seenMs}: `seenMs` is when the output first matched `until`. */
export async function measureInPty({file = process.execPath, args, cwd, until, onSeen}) {
	const startedAt = performance.now();
	const child = pty.spawn(file, args, {
		cwd,
		name: 'xterm-256color',
		cols: 120,
		rows: 40,
		env: {...process.env, CI: '', SSH_CONNECTION: '', LANG: 'C.UTF-8'},
	});
	const memory = watchMemory(child.pid);
	let output = '';
	let seenMs = null;
	child.onData(data => {
		output += data;
		if (until && seenMs === null && until.test(output)) {
			seenMs = performance.now() - startedAt;
			onSeen?.(child);
		}
	});
	const code = await new Promise(resolve => child.onExit(({exitCode}) => resolve(exitCode)));
	return {ms: performance.now() - startedAt, peakMb: memory.stop(), code, bytes: output.length, seenMs};
}
