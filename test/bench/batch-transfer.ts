// A batch file up and a result file down, as the batch lane moves them. argv: port, `up`, `down` or `up,down`, file.
import {statSync} from 'node:fs';
import process from 'node:process';
import {createBatchTransport} from '../../source/api/batch-transport.ts';
import {readPieces} from '../../source/store/read-pieces.ts';

const [port = '', ways = '', file = ''] = process.argv.slice(2);
const target = {provider: 'openai', model: 'gpt-4o-mini'};
const {signal} = new AbortController();
const transport = createBatchTransport({
	providers: [{name: 'openai', baseUrl: `http://127.0.0.1:${port}/v1`, keyFor: () => 'sk-bench'}],
	connections: 8,
});
const tookMs: {[way: string]: number} = {};
let lines = 0;
let answered = 0;
for (const way of ways.split(',')) {
	const startedAt = performance.now();
	const reply =
		way === 'up'
			? await transport.upload(
					target,
					{name: 'pb-bench-1-0a1b2c3d.jsonl', bytes: statSync(file).size, content: readPieces(file)},
					signal,
				)
			: await transport.download(
					target,
					'file-1',
					'chat',
					async some => {
						lines += some.length;
						answered += some.filter(({outcome}) => outcome?.kind === 'answered').length;
						// The lane hands every piece to the disk.
						await new Promise(resolve => setImmediate(resolve));
					},
					signal,
				);
	tookMs[way] = performance.now() - startedAt;
	if (!reply.ok) {
		throw new Error(reply.failure.message);
	}
}

await transport.close();
console.log(JSON.stringify({tookMs, lines, answered, peakMb: process.resourceUsage().maxRSS / 1000}));
