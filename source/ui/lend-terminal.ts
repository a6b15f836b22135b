import {safeText} from '../view/safe-text.ts';
import type {FrameScheduler} from './frame-scheduler.ts';
import type {Keyboard} from './keyboard.ts';
import type {TerminalGuard} from './terminal-guard.ts';

/** Shows clean text to a person until they have read it or `end` is aborted; resolves to why it could not, or null. */
export type PagerPort = (text: string, end: AbortSignal) => Promise<string | null>;

/** More than anybody pages through. */
const longestText = 20_000_000;

/** A text as a pager may get it. */
export function textToPage(text: string): string {
	return safeText(text, {maxLength: longestText, newline: 'keep'});
}

export type LendOptions = {
	readonly guard: Pick<TerminalGuard, 'lend'>;
	readonly keyboard: Keyboard;
	readonly scheduler: Pick<FrameScheduler, 'start' | 'stop'>;
	readonly pager: PagerPort;
	/** Aborted when the screen is closed: then nothing is taken back. */
	readonly end: AbortSignal;
};

/** Hands the terminal to a pager. The process is not stopped: the run goes on, and its snapshots still come in. */
export async function lendToPager(text: string, options: LendOptions): Promise<string | null> {
	const {guard, keyboard, scheduler, pager, end} = options;
	keyboard.stop();
	scheduler.stop();
	const takeBack = guard.lend();
	try {
		return await pager(textToPage(text), end);
	} finally {
		if (!end.aborted) {
			takeBack();
			scheduler.start();
			keyboard.start();
		}
	}
}
