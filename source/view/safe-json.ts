/**
 * What `JSON.stringify` leaves as it is and a terminal or an eye is steered by: C1 controls, bidi, characters without
 * width, line separators, lone halves. Escaped they are the same JSON.
 */
const steering = /[\u007f-\u009f\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A value as JSON on one line of ordinary characters, whatever texts from outside are in it. */
export function safeJson(value: object): string {
	return JSON.stringify(value).replaceAll(steering, character =>
		Array.from({length: character.length}, (_, at) => character.charCodeAt(at))
			.map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
			.join(''),
	);
}
