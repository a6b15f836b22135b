import type {YAMLError} from 'yaml';
import type {UserError} from '../domain/user-error.ts';
import {specError} from './spec-error.ts';

/** The parser's complaint as one sentence, with the two traps of prompts in YAML told apart. */
export function syntaxError(error: YAMLError, text: string, where: (offset: number) => string): UserError {
	const offset = error.pos[0];
	const line = lineAt(text, offset);
	const brace = /^\s*(?:- +)*(?:[\w-]+: +)?(\{\{.*)$/.exec(line);
	if (brace) {
		const start = line.indexOf(brace[1]!) + lineStart(text, offset);
		const written = brace[1]!.trim();
		return specError(
			where(start),
			'text that begins with `{{` needs quotes in YAML',
			`Quote it: '${written.replaceAll("'", "''")}'`,
		);
	}

	switch (error.code) {
		case 'DUPLICATE_KEY': {
			const key = /^[^:\s]+/.exec(text.slice(offset))?.[0] ?? '';
			return specError(where(offset), `the key \`${key}\` appears twice`, 'Keep one of them.');
		}
		case 'BLOCK_AS_IMPLICIT_KEY':
			return specError(
				where(offset),
				'text with a colon in it needs quotes in YAML',
				`Quote it: '${text.slice(offset, lineEnd(text, offset)).trim().replaceAll("'", "''")}'`,
			);
		case 'MULTIPLE_DOCS':
			return specError(
				where(offset),
				'a second document begins with `---`',
				'A spec is one document: remove the line, or make two files.',
			);
		case 'TAG_RESOLVE_FAILED':
			return specError(where(offset), 'YAML tags are not allowed here', 'Write the plain value.');
		case 'TAB_AS_INDENT':
			return specError(where(offset), 'YAML cannot be indented with tabs', 'Use spaces.');
		case 'BAD_SCALAR_START':
			return specError(
				where(offset),
				`unquoted text cannot begin with \`${text[offset] ?? ''}\` in YAML`,
				'Put quotes around the text.',
			);
		default: {
			if (/call stack/.test(error.message)) {
				return specError(where(offset), 'lists and maps are nested too deeply', 'Make it flatter.');
			}

			const sentence = error.message.split('\n')[0]!;
			return specError(
				where(offset),
				`not valid YAML: ${sentence[0]!.toLowerCase()}${sentence.slice(1)}`,
				'Look at indentation, brackets and quotes there; text with special characters needs quotes.',
			);
		}
	}
}

function lineAt(text: string, offset: number): string {
	return text.slice(lineStart(text, offset), lineEnd(text, offset));
}

function lineStart(text: string, offset: number): number {
	return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
	const end = text.indexOf('\n', offset);
	return end < 0 ? text.length : end;
}
