import {expect, test} from 'vitest';
import {picodollars, usd} from '../../source/domain/money.ts';

test.each([
	[0, 0n],
	[1, 1_000_000_000_000n],
	[0.02, 20_000_000_000n],
	[0.000_054, 54_000_000n],
	[1e-12, 1n],
	[1234.567_89, 1_234_567_890_000_000n],
])('%d USD is %i picodollars, and back', (amount, pico) => {
	expect(picodollars(amount)).toBe(pico);
	expect(usd(pico)).toBe(amount);
	expect(usd(-pico)).toBeCloseTo(-amount, 12);
});

test('money is summed exactly where floats are not', () => {
	const dime = picodollars(0.1);
	expect(usd(dime + dime + dime)).toBe(0.3);
	expect(usd(10n ** 24n + 1n)).toBe(1e12);
});
