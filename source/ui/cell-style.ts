/**
 * How a cell looks, packed into one number so that cells compare fast: bit 0 bold, 1 dim, 2 underline, 3 inverse,
 * then five bits each for the foreground and the background (0 the terminal's own, 1 to 16 the ANSI colours).
 */
export type CellStyle = number;

const bold = 1;
const dim = 2;
const underline = 4;
const inverse = 8;
const foregroundShift = 4;
const backgroundShift = 9;
const colourMask = 0b11111;

/** Whether a blank in this style differs from the screen's background. */
export function showsOnBlank(style: CellStyle): boolean {
	return (style & (underline | inverse)) !== 0 || style >> backgroundShift !== 0;
}

/** The style after an SGR sequence, given what stands between `ESC[` and `m`. What we do not use is skipped. */
export function applySgr(style: CellStyle, parameters: string): CellStyle {
	const codes = parameters.split(';');
	let next = style;
	for (let index = 0; index < codes.length; index++) {
		const code = Number(codes[index]);
		// 38 and 48 take further parameters, which must not be read as codes of their own.
		if (code === 38 || code === 48) index += codes[index + 1] === '2' ? 4 : 2;
		else next = applyCode(next, code);
	}

	return next;
}

function applyCode(style: CellStyle, code: number): CellStyle {
	if (code === 0) return 0;
	if (code === 1) return style | bold;
	if (code === 2) return style | dim;
	if (code === 4) return style | underline;
	if (code === 7) return style | inverse;
	if (code === 22) return style & ~(bold | dim);
	if (code === 24) return style & ~underline;
	if (code === 27) return style & ~inverse;
	if (code >= 30 && code <= 37) return withColour(style, foregroundShift, code - 29);
	if (code >= 90 && code <= 97) return withColour(style, foregroundShift, code - 81);
	if (code >= 40 && code <= 47) return withColour(style, backgroundShift, code - 39);
	if (code >= 100 && code <= 107) return withColour(style, backgroundShift, code - 91);
	if (code === 39) return withColour(style, foregroundShift, 0);
	if (code === 49) return withColour(style, backgroundShift, 0);
	return style;
}

function withColour(style: CellStyle, shift: number, colour: number): CellStyle {
	return (style & ~(colourMask << shift)) | (colour << shift);
}

const sequences = new Map<number, string>();

/** The shortest SGR sequence that turns one style into another; empty when they are the same. */
export function sgrBetween(from: CellStyle, to: CellStyle): string {
	if (from === to) return '';
	if (to === 0) return '\u001b[m';
	const key = (from << 14) | to;
	let sequence = sequences.get(key);
	if (sequence === undefined) {
		const change = codesBetween(from, to).join(';');
		const afresh = ['0', ...codesBetween(0, to)].join(';');
		sequence = `\u001b[${change.length <= afresh.length ? change : afresh}m`;
		sequences.set(key, sequence);
	}

	return sequence;
}

function codesBetween(from: CellStyle, to: CellStyle): readonly number[] {
	const codes: number[] = [];
	// One code ends bold and dim together.
	const endsWeight = (from & ~to & (bold | dim)) !== 0;
	if (endsWeight) codes.push(22);
	const added = endsWeight ? to : to & ~from;
	if (added & bold) codes.push(1);
	if (added & dim) codes.push(2);
	if ((from ^ to) & underline) codes.push(to & underline ? 4 : 24);
	if ((from ^ to) & inverse) codes.push(to & inverse ? 7 : 27);
	const foreground = (to >> foregroundShift) & colourMask;
	if (foreground !== ((from >> foregroundShift) & colourMask)) codes.push(colourCode(foreground, 30));
	const background = (to >> backgroundShift) & colourMask;
	if (background !== ((from >> backgroundShift) & colourMask)) codes.push(colourCode(background, 40));
	return codes;
}

function colourCode(colour: number, base: 30 | 40): number {
	if (colour === 0) return base + 9;
	return colour <= 8 ? base + colour - 1 : base + 51 + colour;
}
