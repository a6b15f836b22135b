// Runs a command and tells its wall time and peak memory; with `monitor`, also the longest stall of its loops.
import {spawn} from 'node:child_process';
import {readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

const monitor = new URL('./stall-monitor.mjs', import.meta.url).href;
let runs = 0;

/** {args, cwd, env, monitor} → {ms, peakMb, stallMs, code, stdout} */
export async function measure({args, cwd, env = {}, withStalls = false}) {
	const stallFile = path.join(tmpdir(), `stall-${process.pid}-${runs++}`);
	const startedAt = performance.now();
	const child = spawn(process.execPath, args, {
		cwd,
		env: {
			...process.env,
			CI: 'true',
			...env,
			...(withStalls ? {NODE_OPTIONS: `--import=${monitor}`, STALL_FILE: stallFile} : {}),
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', chunk => {
		stdout += chunk;
	});
	child.stderr.on('data', chunk => {
		stderr += chunk;
	});
	const memory = watchMemory(child.pid);
	const code = await new Promise(resolve => child.on('close', resolve));
	const ms = performance.now() - startedAt;
	const stallMs = withStalls ? longestStall(stallFile) : null;
	return {ms, peakMb: memory.stop(), stallMs, code, stdout, stderr};
}

/** Peak resident memory by the kernel's own mark, read every 25 ms. */
export function watchMemory(pid) {
	let peakKb = 0;
	const timer = setInterval(() => {
		try {
			peakKb = Math.max(
				peakKb,
				Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
			);
		} catch {}
	}, 25);
	return {
		stop() {
			clearInterval(timer);
			return peakKb / 1000;
		},
	};
}

function longestStall(file) {
	try {
		const stalls = readFileSync(file, 'utf8').trim().split('\n').map(Number);
		rmSync(file);
		return Math.max(...stalls);
	} catch {
		return null;
	}
}

export function median(values) {
	const sorted = values.toSorted((one, other) => one - other);
	return sorted[Math.floor(sorted.length / 2)];
}
