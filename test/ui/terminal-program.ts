import process from 'node:process';
import {createKeyboard} from '../../source/ui/keyboard.ts';
import {createScreenWriter} from '../../source/ui/screen-writer.ts';
import {createTerminalGuard} from '../../source/ui/terminal-guard.ts';
import {terminalSize} from '../../source/ui/terminal-size.ts';
import {writeToTerminal} from '../../source/ui/terminal-write.ts';

/** The smallest full-screen program; every key is one way out. Run by terminal-guard.test.ts in a pty. */
let lastKey = 'none';
let resumes = 0;
const writer = createScreenWriter({
	write: data => writeToTerminal(1, data),
	...terminalSize(process.stdout),
});
const draw = (): void => void writer.draw(`inside\nkey ${lastKey}\nresumes ${resumes}`);

const drain = (): void => {
	process.stderr.write('draining\n');
	setTimeout(() => process.exit(71), 20);
};

const guard = createTerminalGuard({
	outputFd: 1,
	input: process.stdin,
	onResume() {
		resumes++;
		writer.repaint();
		draw();
	},
	...(process.argv.includes('--drain') ? {onCrash: drain} : {}),
});

const clock = {
	now: () => Date.now(),
	after(delayMs: number, callback: () => void) {
		const timer = setTimeout(callback, delayMs);
		return () => clearTimeout(timer);
	},
};

const ways: {readonly [key: string]: () => void} = {
	q() {
		keyboard.stop();
		guard.leave();
	},
	x: () => process.exit(3),
	e() {
		throw new Error('broken \u001b[2J answer');
	},
	r: () => void Promise.reject(new Error('rejected')),
	z: guard.suspend,
	l() {
		guard.restore();
		guard.restore();
	},
};

const keyboard = createKeyboard({
	input: process.stdin,
	clock,
	onKey(key) {
		lastKey = key.name;
		draw();
		ways[key.name]?.();
	},
	onPaste: () => {},
	onGone: () => process.exit(129),
});

process.on('SIGTERM', () => process.exit(143));
process.stdout.write('before\n');
guard.enter();
keyboard.start();
draw();
