import type {Run} from '../view/run.ts';
import type {Binding} from './binding.ts';
import type {LocaleEnv} from './glyphs.ts';
import type {PagerPort} from './lend-terminal.ts';
import type {Theme} from './theme.ts';

export type ScreenOptions = {
	readonly run: Run;
	readonly env: LocaleEnv & {readonly SSH_CONNECTION?: string | undefined};
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream & {readonly fd: number};
	/** Frames a second; null: 5, over SSH 2. */
	readonly fps: number | null;
	/** Draw with ASCII only; also done in a locale without UTF-8. */
	readonly ascii: boolean;
	readonly color: boolean;
	/** Only watch: keys that change the run say so instead. */
	readonly readonly: boolean;
	/** From `readKeymap` and `readTheme`; the defaults when absent. */
	readonly keymap?: readonly Binding[];
	readonly theme?: Theme;
	readonly pager: PagerPort;
	/** Leave when every request has an outcome instead of staying with the report. */
	readonly exitWhenDone: boolean;
	/** Aborted when the process is told to end: from then on no report stays. The run is told by others. */
	readonly leave: AbortSignal;
	/** Aborted when the screen shall go and the run go on without it. */
	readonly detach: AbortSignal;
	/** The terminal is gone: whoever started the screen says what follows. */
	readonly onGone: () => void;
};
