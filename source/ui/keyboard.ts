import type {Clock} from '../domain/ports.ts';
import {createInputTokenizer, escapeDelayMs, type Key, type Paste, type Tokens} from './input-tokenizer.ts';

/** Reads the keys of a terminal. Not Ink's `useInput`, which takes `jjj` for one event and a paste for keys. */
export type Keyboard = {
	/** Raw mode on, listening; keeps the process alive. */
	start(): void;
	/** Raw mode off, listening to nothing; the process may end. Idempotent. */
	stop(): void;
};

/** What of `process.stdin` is used. */
export type KeyboardInput = {
	readonly isTTY?: boolean | undefined;
	setRawMode?(isRaw: boolean): unknown;
	on(event: string, listener: (chunk: Uint8Array) => void): unknown;
	off(event: string, listener: (chunk: Uint8Array) => void): unknown;
	resume(): unknown;
	pause(): unknown;
	ref?(): unknown;
	unref?(): unknown;
};

export type KeyboardOptions = {
	readonly input: KeyboardInput;
	readonly clock: Pick<Clock, 'now' | 'after'>;
	readonly onKey: (key: Key) => void;
	/** Text was pasted: to be ignored with a notice, or inserted into an open text field. */
	readonly onPaste: (paste: Paste) => void;
	/** The terminal is gone (end of input or EIO); SIGHUP usually comes with it. */
	readonly onGone: () => void;
};

const ignore = (): void => {};

export function createKeyboard(options: KeyboardOptions): Keyboard {
	const {input, clock} = options;
	const tokenizer = createInputTokenizer();
	let isRunning = false;
	let cancelFlush = (): void => {};

	const hand = (tokens: Tokens): void => {
		cancelFlush();
		if (tokens.pending) cancelFlush = clock.after(escapeDelayMs, () => hand(tokenizer.flush(clock.now())));
		if (tokens.paste) options.onPaste(tokens.paste);
		for (const key of tokens.keys) {
			// A key may have stopped the keyboard.
			if (isRunning) options.onKey(key);
		}
	};

	const onData = (chunk: Uint8Array): void => hand(tokenizer.push(chunk, clock.now()));
	const onGone = (): void => {
		stop();
		options.onGone();
	};

	const stop = (): void => {
		if (!isRunning) return;
		isRunning = false;
		cancelFlush();
		input.off('data', onData);
		input.off('end', onGone);
		input.off('error', onGone);
		if (input.isTTY) input.setRawMode?.(false);
		input.pause();
		input.unref?.();
	};

	return {
		start() {
			if (isRunning) return;
			isRunning = true;
			if (input.isTTY) input.setRawMode?.(true);
			input.on('data', onData);
			input.on('end', onGone);
			input.on('error', onGone);
			// Never taken off: on a terminal that is gone setRawMode itself emits an error, which nobody awaits.
			// Once, however often the terminal is lent.
			input.off('error', ignore);
			input.on('error', ignore);
			input.ref?.();
			input.resume();
		},
		stop,
	};
}
