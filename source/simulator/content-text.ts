import {asList, asObject} from './json-value.ts';

/** The words of a message: a text, or the text parts of a list. */
export function contentText(content: unknown): string {
	if (typeof content === 'string') {
		return content;
	}

	return asList(content)
		.map(part => asObject(part)?.text)
		.filter(text => typeof text === 'string')
		.join(' ');
}
