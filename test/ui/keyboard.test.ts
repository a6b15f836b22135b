import {EventEmitter} from 'node:events';
import {expect, it} from 'vitest';
import {createKeyboard} from '../../source/ui/keyboard.ts';
import {createFakeClock} from './fake-clock.ts';

/** A tty that writes down what is done to it. */
class FakeTerminal extends EventEmitter {
	readonly isTTY = true;
	readonly calls: string[] = [];
	setRawMode(isRaw: boolean): void {
		this.calls.push(isRaw ? 'raw' : 'cooked');
	}

	resume(): void {
		this.calls.push('resume');
	}

	pause(): void {
		this.calls.push('pause');
	}

	ref(): void {
		this.calls.push('ref');
	}

	unref(): void {
		this.calls.push('unref');
	}

	type(text: string): void {
		this.emit('data', Buffer.from(text));
	}
}

function setUp() {
	const input = new FakeTerminal();
	const clock = createFakeClock();
	const seen: string[] = [];
	const keyboard = createKeyboard({
		input,
		clock,
		onKey(key) {
			seen.push(key.name);
			if (key.name === 'q') keyboard.stop();
		},
		onPaste: paste => seen.push(`paste of ${paste.length}`),
		onGone: () => seen.push('gone'),
	});
	return {input, clock, seen, keyboard};
}

it('takes the terminal and gives it back, once', () => {
	const {input, keyboard} = setUp();
	keyboard.stop();
	keyboard.start();
	keyboard.start();
	expect(input.calls).toEqual(['raw', 'ref', 'resume']);
	keyboard.stop();
	keyboard.stop();
	expect(input.calls.slice(3)).toEqual(['cooked', 'pause', 'unref']);
	// A terminal that is gone may emit an error at any later time, and that must not be a crash.
	expect(input.eventNames()).toEqual(['error']);
	input.emit('error', new Error('setRawMode EIO'));
});

it('hands on keys and pastes', () => {
	const {input, keyboard, seen} = setUp();
	keyboard.start();
	input.type('jj');
	input.type('\u001b[200~text\u001b[201~');
	expect(seen).toEqual(['j', 'j', 'paste of 4']);
});

it('waits 50 ms for the rest after an escape', () => {
	const {input, clock, keyboard, seen} = setUp();
	keyboard.start();
	input.type('\u001b');
	clock.advance(49);
	expect(seen).toEqual([]);
	clock.advance(1);
	expect(seen).toEqual(['escape']);
	input.type('\u001b');
	clock.advance(20);
	input.type('[A');
	clock.advance(100);
	expect(seen).toEqual(['escape', 'up']);
});

it('gives no key after it was stopped, even out of the same chunk', () => {
	const {input, clock, keyboard, seen} = setUp();
	keyboard.start();
	input.type('jqj');
	input.type('j');
	expect(seen).toEqual(['j', 'q']);
	keyboard.start();
	input.type('\u001b');
	keyboard.stop();
	clock.advance(100);
	expect(seen).toEqual(['j', 'q']);
});

it.each(['end', 'error'])('says that the terminal is gone on %s', event => {
	const {input, keyboard, seen} = setUp();
	keyboard.start();
	input.emit(event, new Error('EIO'));
	expect(seen).toEqual(['gone']);
	expect(input.calls.at(-1)).toBe('unref');
});

it('leaves no listener behind each time it is started again', () => {
	const {input, keyboard} = setUp();
	for (let round = 0; round < 20; round++) {
		keyboard.start();
		keyboard.stop();
	}

	expect(input.listenerCount('error')).toBe(1);
	expect(input.listenerCount('data')).toBe(0);
});
