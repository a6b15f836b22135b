// The yardstick: the same calls by an undici Pool and nothing else. argv: rows file, port, calls in flight.
import {readFileSync} from 'node:fs';
import process from 'node:process';
import {Pool} from 'undici';

const [file, port, inFlight] = process.argv.slice(2);
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const pool = new Pool(`http://127.0.0.1:${port}`, {connections: Number(inFlight), pipelining: 1});
let next = 0;
let answered = 0;

async function worker() {
	while (next < lines.length) {
		const {text} = JSON.parse(lines[next++]);
		const {body} = await pool.request({
			method: 'POST',
			path: '/v1/chat/completions',
			headers: {'content-type': 'application/json'},
			body: JSON.stringify({
				model: 'bench',
				messages: [{role: 'user', content: `Classify: ${text}`}],
				max_tokens: 40,
			}),
		});
		if ((await body.json()).choices.length === 1) {
			answered++;
		}
	}
}

await Promise.all(Array.from({length: Number(inFlight)}, worker));
await pool.close();
if (answered !== lines.length) {
	throw new Error(`${answered} of ${lines.length} answered`);
}
