import {similar} from './nearest.ts';
import {specError} from './spec-error.ts';
import type {SpecSource} from './spec-source.ts';
import type {DataPath, YamlSource} from './yaml-source.ts';

const promptKeys = ['file', 'messages', 'turns'];

/**
 * YAML reads unquoted text with a colon or a brace as a map: `- Q: what?`, `- {text}`. Such a map where a
 * prompt belongs gets a message of its own, as the schema's would speak of keys that nobody wrote.
 */
export function refusePromptTraps(yaml: YamlSource, source: SpecSource): void {
	const prompts = (yaml.data as {prompts?: unknown} | null)?.prompts;
	const items = Array.isArray(prompts) ? prompts.map((item, i) => [item, ['prompts', i]] as const) : [];
	for (const [item, path] of [[prompts, ['prompts']] as const, ...items]) {
		refuseTrap(item, path, yaml, source);
		const messages = (item as {messages?: unknown} | null)?.messages;
		for (const [position, message] of (Array.isArray(messages) ? messages : []).entries()) {
			const content = (message as {content?: unknown} | null)?.content;
			refuseTrap(content, [...path, 'messages', position, 'content'], yaml, source);
		}

		const turns = (item as {turns?: unknown} | null)?.turns;
		for (const [position, turn] of (Array.isArray(turns) ? turns : []).entries()) {
			refuseTrap(turn, [...path, 'turns', position], yaml, source);
		}
	}
}

function refuseTrap(value: unknown, path: DataPath, yaml: YamlSource, source: SpecSource): void {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		return;
	}

	const keys = Object.keys(value);
	const first = keys[0];
	if (first === undefined || keys.some(key => similar(key, promptKeys) !== null)) {
		return;
	}

	const [start = 0, end = start] = yaml.node(path)?.range ?? [];
	const written = yaml.text.slice(start, end).trim().split('\n')[0]!.trim();
	const cause = written.startsWith('{') ? '' : ' because of its colon';
	throw specError(
		source.where(path),
		`\`${written}\` without quotes is a map in YAML${cause}, not a prompt`,
		`Quote it: '${written.replaceAll("'", "''")}'`,
	);
}
