// What the program itself costs. argv: spec, run directory, lane. Direct calls are answered at once, within this
// process; `batch` goes to the server that OPENAI_BASE_URL names.
import process from 'node:process';
import type {Flags} from '../../source/cli/flags.ts';
import {runOptionsOf} from '../../source/cli/run-options-of.ts';
import {startRun} from '../../source/cli/start-run.ts';
import type {Transport} from '../../source/domain/ports.ts';

const [spec = '', dir = '', lane = 'direct'] = process.argv.slice(2);
let answered = 0;

const transport: Transport = {
	async send({model}) {
		// setImmediate, not a resolved promise: microtasks alone would starve timers and the disk.
		await new Promise(resolve => setImmediate(resolve));
		answered++;
		const raw = `{"id":"chatcmpl-${answered}","object":"chat.completion","created":1760000000,"model":"${model}","choices":[{"index":0,"message":{"role":"assistant","content":"An answer of about a hundred characters, as a classification with a short reason would have.","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":92,"completion_tokens":18,"total_tokens":110,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"system_fingerprint":"fp_bench"}`;
		return {kind: 'answered', raw, body: JSON.parse(raw), requestId: null, headers: null};
	},
	async close() {},
};

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const flags = {
	dir,
	set: [],
	run: true,
	reinitMeta: false,
	unpause: false,
	allowHttp: false,
	waitLock: false,
} as unknown as Flags;
const run = await startRun(runOptionsOf(spec, flags, false), lane === 'direct' ? transport : undefined);
const openedAt = performance.now();
const {report} = await run.finished;
const {user, system} = process.cpuUsage(cpuBefore);
console.log(
	JSON.stringify({
		openMs: openedAt - startedAt,
		totalMs: performance.now() - startedAt,
		cpuMs: (user + system) / 1000,
		done: report.requests.done,
		sinceStartMs: performance.now(),
	}),
);
