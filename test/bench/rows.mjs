// Input rows of about 440 bytes, the same for every side.

import {once} from 'node:events';
import {createWriteStream, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const words =
	'card payment transfer balance refund limit exchange rate top up identity verify pending declined fee'.split(
		' ',
	);

export async function writeRows(folder, count) {
	mkdirSync(folder, {recursive: true});
	const file = path.join(folder, 'rows.jsonl');
	const out = createWriteStream(file);
	for (let index = 0; index < count; index++) {
		const text = Array.from(
			{length: 60},
			(_, word) => words[(index * 7 + word * (1 + (index % 5))) % words.length],
		).join(' ');
		if (!out.write(`${JSON.stringify({number: index, text})}\n`)) {
			await once(out, 'drain');
		}
	}

	out.end();
	await once(out, 'finish');
	return file;
}

/** Without `baseUrl`: OpenAI, wherever the environment says that it is. */
export function writeSpec(folder, {baseUrl, model = 'bench', concurrency = 256, extra = ''}) {
	const file = path.join(folder, 'spec.yaml');
	writeFileSync(
		file,
		`name: bench
${baseUrl ? `provider: {base_url: "${baseUrl}"}` : 'provider: openai'}
model: ${model}
prompts:
  - "Classify: {{text}}"
args: {file: rows.jsonl}
params: {max_tokens: 40}
prices: {input: 0.15, cached_input: 0.075, output: 0.6}
rate: {concurrency: ${concurrency}}
${extra}`,
	);
	return file;
}
