import type {JsonObject} from '../domain/request.ts';
import {describeValue} from './describe-value.ts';
import type {Question, RowProblem} from './request-row.ts';

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** A string, a list of strings (user turns), or a list of role and content (Gemini: role and parts). */
export function readPromptoPrompt(prompt: unknown): Question | RowProblem {
	if (typeof prompt === 'string') {
		return {kind: 'text', text: prompt};
	}

	if (!Array.isArray(prompt) || prompt.length === 0) {
		return {
			problem: `\`prompt\` must be text, a list of texts or a list of messages, not ${describeValue(prompt)}`,
			fix: 'A message is {"role": "user", "content": "…"}.',
		};
	}

	if (prompt.every(turn => typeof turn === 'string')) {
		return {kind: 'turns', turns: prompt};
	}

	const messages: JsonObject[] = [];
	for (const [position, message] of prompt.entries()) {
		const read = readMessage(message);
		if (typeof read === 'string') {
			return {
				problem: `message ${position + 1} of \`prompt\` ${read}`,
				fix: 'A message is {"role": "user", "content": "…"}.',
			};
		}

		messages.push(read);
	}

	return {kind: 'messages', messages, raw: prompt};
}

/** The message as the OpenAI-compatible endpoints take it, or what is wrong with it. */
function readMessage(message: unknown): JsonObject | string {
	if (!isMap(message)) {
		return `must be an object, not ${describeValue(message)}`;
	}

	const {role, parts, ...others} = message;
	// Gemini calls the assistant so.
	const asRole = role === 'model' ? 'assistant' : role;
	if (typeof asRole !== 'string' || !roles.includes(asRole)) {
		return `has ${role === undefined ? 'no `role`' : `the role ${describeValue(role)}, which is none of ${roles.join(', ')}`}`;
	}

	const content = parts ?? message.content;
	if (content === undefined && others.tool_calls === undefined) {
		return 'has no `content`';
	}

	if (content === undefined || content === null || typeof content === 'string') {
		return {...others, role: asRole, ...(content === undefined ? null : {content})};
	}

	const read = (Array.isArray(content) ? content : [content]).map(readPart);
	const problem = read.find(part => typeof part === 'string');
	return typeof problem === 'string' ? problem : {...others, role: asRole, content: read};
}

/** A content part; prompto writes texts bare and media as `{type, media}`. */
function readPart(part: unknown): JsonObject | string {
	if (typeof part === 'string') {
		return {type: 'text', text: part};
	}

	if (!isMap(part) || typeof part.type !== 'string') {
		return `has a part that is neither text nor an object with a \`type\``;
	}

	const {type, media, text, ...others} = part;
	switch (type) {
		case 'text': {
			const value = text ?? media;
			return typeof value === 'string' ? {...others, type, text: value} : 'has a part without its `text`';
		}
		case 'image': {
			const url = media ?? part.image;
			return typeof url === 'string' && url !== ''
				? {type: 'image_url', image_url: {url}}
				: 'has an image without its `media`, the path or address of it';
		}
		case 'video':
		case 'file':
			return media === undefined
				? part
				: `holds ${type === 'video' ? 'a video' : 'a file'}, which the OpenAI-compatible endpoints do not take`;
		default:
			return part;
	}
}

function isMap(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
