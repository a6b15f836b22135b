import {expect, it} from 'vitest';
import {finishText} from '../../source/simulator/written-text.ts';

const whole = 'ü☕面白い🙂'.repeat(20);

it('cuts a text at the limit and never inside a character', () => {
	for (let tokens = 1; tokens < Buffer.byteLength(whole) / 4; tokens++) {
		const written = finishText(whole, tokens, null);
		expect(written).toMatchObject({finishReason: 'length', tokens, refusal: null});
		expect(whole.startsWith(written.text!)).toBe(true);
		expect(Buffer.byteLength(written.text!)).toBeGreaterThan(tokens * 4 - 4);
	}
});

it('leaves a text that fits, and one without a limit', () => {
	const tokens = Math.ceil(Buffer.byteLength(whole) / 4);
	const fitting = {text: whole, refusal: null, finishReason: 'stop', tokens};
	expect(finishText(whole, tokens, null)).toEqual(fitting);
	expect(finishText(whole, null, null)).toEqual(fitting);
});
