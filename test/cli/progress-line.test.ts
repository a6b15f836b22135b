import {expect, test, vi} from 'vitest';
import {createProgressLine} from '../../source/cli/progress-line.ts';

test('long work says on a terminal how far it is, now and then, and leaves nothing behind', () => {
	vi.useFakeTimers({toFake: ['performance']});
	try {
		const out = written(true);
		const line = createProgressLine(out);
		line.show('journal', 10, 100);
		expect(out.text(), 'what is over at once').toBe('');
		vi.advanceTimersByTime(600);
		line.show('journal', 42, 100);
		line.show('journal', 43, 100);
		expect(out.text()).toBe('\r\u001B[Kjournal 42%');
		line.clear();
		expect(out.text()).toMatch(/42%\r\u001B\[K$/);

		const pipe = written(false);
		const silent = createProgressLine(pipe);
		vi.advanceTimersByTime(600);
		silent.show('journal', 42, 100);
		silent.clear();
		expect(pipe.text()).toBe('');
	} finally {
		vi.useRealTimers();
	}
});

function written(isTTY: boolean) {
	let text = '';
	return {
		isTTY,
		write(piece: string) {
			text += piece;
			return true;
		},
		text: () => text,
	};
}
