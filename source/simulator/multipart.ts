/** What a form holds, in the order it comes: the head of a part, its bytes in pieces, the end of the form. */
export type FormEvent =
	| {readonly kind: 'part'; readonly name: string; readonly filename: string | null}
	| {readonly kind: 'data'; readonly bytes: Buffer}
	/** Absent when the form was cut. */
	| {readonly kind: 'end'};

type State = 'preamble' | 'head' | 'data' | 'end';
type Step = {readonly state: State; readonly rest: Buffer; readonly event: FormEvent | null};

const headEnd = Buffer.from('\r\n\r\n');
const closing = Buffer.from('--');

/** Reads multipart/form-data (RFC 7578) without ever holding more than a piece and a delimiter of it. */
export async function* readForm(pieces: AsyncIterable<Buffer>, boundary: string): AsyncGenerator<FormEvent> {
	const delimiter = Buffer.from(`\r\n--${boundary}`);
	let state: State = 'preamble';
	// The first delimiter comes without the line break that the others have.
	let held: Buffer = Buffer.from('\r\n');
	for await (const piece of pieces) {
		// What follows the form is read and dropped: leaving the loop would destroy the request before its answer.
		held = state === 'end' ? held : Buffer.concat([held, piece]);
		for (let step = advance(state, held, delimiter); step; step = advance(state, held, delimiter)) {
			state = step.state;
			held = step.rest;
			if (step.event) {
				yield step.event;
			}
		}
	}
}

/** Null: more bytes are needed. */
function advance(state: State, held: Buffer, delimiter: Buffer): Step | null {
	switch (state) {
		case 'preamble': {
			const at = held.indexOf(delimiter);
			return at === -1 ? null : {state: 'head', rest: held.subarray(at + delimiter.length), event: null};
		}

		case 'head':
			return advanceHead(held);
		case 'data':
			return advanceData(held, delimiter);
		case 'end':
			return null;
	}
}

function advanceHead(held: Buffer): Step | null {
	if (held.subarray(0, closing.length).equals(closing)) {
		return {state: 'end', rest: Buffer.alloc(0), event: {kind: 'end'}};
	}

	const at = held.indexOf(headEnd);
	if (at === -1) {
		return null;
	}

	const event = readHead(held.subarray(0, at).toString('utf8'));
	return {state: 'data', rest: held.subarray(at + headEnd.length), event};
}

/** Hands on everything that cannot be the beginning of a delimiter. */
function advanceData(held: Buffer, delimiter: Buffer): Step | null {
	const at = held.indexOf(delimiter);
	if (at !== -1) {
		const bytes = held.subarray(0, at);
		const event: FormEvent | null = bytes.length > 0 ? {kind: 'data', bytes} : null;
		return {state: 'head', rest: held.subarray(at + delimiter.length), event};
	}

	const sure = held.length - delimiter.length;
	return sure > 0
		? {state: 'data', rest: held.subarray(sure), event: {kind: 'data', bytes: held.subarray(0, sure)}}
		: null;
}

function readHead(head: string): FormEvent {
	const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
	return {
		kind: 'part',
		name: /[ ;]name="([^"]*)"/i.exec(disposition)?.[1] ?? '',
		filename: /[ ;]filename="([^"]*)"/i.exec(disposition)?.[1] ?? null,
	};
}
