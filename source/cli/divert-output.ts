import process from 'node:process';

type Say = (text: string) => void;

const longestPrint = 10_000;

/**
 * Takes what this thread prints by itself, node's warnings and the prints of the user's own modules, away from the
 * terminal: raw, it would stand across the panes of the screen. Kept until somebody says where it goes.
 */
export function divertOutput(): {readonly to: (say: Say) => void} {
	const early: string[] = [];
	let say: Say = text => early.push(text);
	for (const stream of [process.stdout, process.stderr]) {
		stream.write = ((chunk: string | Uint8Array) => {
			const text = (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()).trimEnd();
			if (text !== '') {
				say(text.slice(0, longestPrint));
			}

			return true;
		}) as typeof stream.write;
	}

	divertWarnings(text => say(text));
	return {
		to(next) {
			say = next;
			early.splice(0).forEach(next);
		},
	};
}

/** Node's warnings alone, as sentences. That certificates are not checked is said by ourselves, and better. */
export function divertWarnings(say: Say): void {
	process.removeAllListeners('warning');
	process.on('warning', ({name, message}) => {
		if (!message.includes('NODE_TLS_REJECT_UNAUTHORIZED')) {
			say(`${name}: ${message}`);
		}
	});
}
