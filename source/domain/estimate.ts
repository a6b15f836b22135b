import type {JsonObject} from './request.ts';

/** Tokens of an output whose length nobody bounded. */
const defaultOutputTokens = 4096;

/** The fields that bound the output, in the words of the three endpoints. */
export const outputLimits = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;

/** A cautious count without a tokenizer: English has 4 to 5 bytes a token, JSON and other scripts less. */
export function estimateTokens(text: string): number {
	return Math.ceil(utf8Length(text) / 3);
}

/** What a call may use up: its input, and its whole allowance of output for each choice. */
export function estimateCall(body: JsonObject): {readonly input: number; readonly output: number} {
	return {
		input: estimateTokens(JSON.stringify(body)),
		output: (outputLimitOf(body) ?? defaultOutputTokens) * (typeof body.n === 'number' ? body.n : 1),
	};
}

/** The bound on the output that a body gives for one choice; null where it gives none. */
export function outputLimitOf(body: JsonObject): number | null {
	for (const field of outputLimits) {
		const limit = body[field];
		// Some servers read a negative one as no limit at all.
		if (typeof limit === 'number' && Number.isFinite(limit) && limit >= 0) {
			return Math.ceil(limit);
		}
	}

	return null;
}

/** Grants an answer that was cut short twice the room, once for each time it was cut. */
export function enlargeAllowance(body: JsonObject, timesTruncated: number): JsonObject {
	const field = outputLimits.find(name => outputLimitOf({[name]: body[name]}) !== null);
	return field === undefined || timesTruncated === 0
		? body
		: {...body, [field]: (body[field] as number) * 2 ** timesTruncated};
}

function utf8Length(text: string): number {
	let length = text.length;
	for (let at = 0; at < text.length; at++) {
		const unit = text.charCodeAt(at);
		// A surrogate is half of a four-byte character.
		length += unit < 0x80 ? 0 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
	}

	return length;
}
