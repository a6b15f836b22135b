// Preloaded into a measured process and each of its threads: appends the longest delay of the loop, in ms, at exit.
// The first 500 ms are start-up (imports, first JIT) and not counted.
import {appendFileSync} from 'node:fs';
import {monitorEventLoopDelay} from 'node:perf_hooks';
import process from 'node:process';

if (process.env.STALL_FILE) {
	const delays = monitorEventLoopDelay({resolution: 5});
	delays.enable();
	setTimeout(() => delays.reset(), 500).unref();
	process.on('exit', () => appendFileSync(process.env.STALL_FILE, `${delays.max / 1e6}\n`));
}
