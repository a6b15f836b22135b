import {render} from 'ink-testing-library';
import {expect, vi} from 'vitest';
import {App} from '../../source/ui/app.tsx';
import {unicodeGlyphs} from '../../source/ui/glyphs.ts';
import {createInputTokenizer} from '../../source/ui/input-tokenizer.ts';
import {keymap} from '../../source/ui/keymap.ts';
import {createScreenStore} from '../../source/ui/screen-store.ts';
import type {TerminalSize} from '../../source/ui/terminal-size.ts';
import {createFakeClock, type FakeClock} from './fake-clock.ts';
import type {FakeRun} from './fake-run.ts';

/** The app over a fake run, without a terminal: keys go in as bytes, frames come out. */
export type OpenScreen = {
	readonly clock: FakeClock;
	/** What was asked of the terminal. */
	readonly calls: readonly string[];
	type(bytes: string): void;
	/** A tick of the frame scheduler, after which the frame stands on the screen. */
	tick(): void;
	frame(): string;
	shows(text: string | RegExp): Promise<void>;
	hides(text: string): Promise<void>;
	close(): void;
};

export function openScreen(run: FakeRun, size: TerminalSize = {columns: 100, rows: 30}): OpenScreen {
	const clock = createFakeClock();
	const calls: string[] = [];
	const call = (name: string) => () => void calls.push(name);
	const store = createScreenStore({
		run,
		clock,
		size,
		isReadonly: false,
		keymap,
		onNews: () => tick(),
		onRepaint: call('repaint'),
		onSuspend: call('suspend'),
		onClose: call('close'),
	});
	const app = render(
		<App
			store={store}
			glyphs={unicodeGlyphs}
			hasColor={false}
			onCrash={error => calls.push(`crash ${String(error)}`)}
		/>,
	);
	const tokenizer = createInputTokenizer();
	const tick = (): void => {
		store.tick();
		store.drawn();
	};

	store.start();
	tick();
	void run.finished.then(store.finish, () => {});
	const frame = (): string => app.lastFrame() ?? '';
	return {
		clock,
		calls,
		type(bytes) {
			const tokens = [tokenizer.push(new TextEncoder().encode(bytes), clock.now())];
			clock.advance(50);
			tokens.push(tokenizer.flush(clock.now()));
			for (const {keys, paste} of tokens) {
				if (paste) store.paste();
				for (const key of keys) store.press(key);
			}

			store.drawn();
		},
		tick,
		frame,
		shows: text => vi.waitFor(() => expect(frame()).toMatch(text), {timeout: 5000, interval: 5}),
		hides: text => vi.waitFor(() => expect(frame()).not.toContain(text), {timeout: 5000, interval: 5}),
		close() {
			store.stop();
			app.unmount();
			app.cleanup();
		},
	};
}
