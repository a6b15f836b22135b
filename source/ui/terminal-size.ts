import type {Clock} from '../domain/ports.ts';

export type TerminalSize = {readonly columns: number; readonly rows: number};

/** What of `process.stdout` tells its size. */
export type SizedOutput = {
	readonly columns?: number | undefined;
	readonly rows?: number | undefined;
	on(event: 'resize', listener: () => void): unknown;
	off(event: 'resize', listener: () => void): unknown;
};

/** Dragging a window's edge resizes it many times a second, and each full repaint costs a whole screen of bytes. */
const settleMs = 50;

/** The size of a terminal. One that does not know its size (0x0, as under `script`) counts as 80x24. */
export function terminalSize(output: Pick<SizedOutput, 'columns' | 'rows'>): TerminalSize {
	return {columns: output.columns || 80, rows: output.rows || 24};
}

/** Calls back with the new size when a terminal was resized and 50 ms passed without another resize. Returns the stop. */
export function watchTerminalSize(
	output: SizedOutput,
	clock: Pick<Clock, 'after'>,
	onChange: (size: TerminalSize) => void,
): () => void {
	let cancel = (): void => {};
	const onResize = (): void => {
		cancel();
		cancel = clock.after(settleMs, () => onChange(terminalSize(output)));
	};

	output.on('resize', onResize);
	return () => {
		cancel();
		output.off('resize', onResize);
	};
}
