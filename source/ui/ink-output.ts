import {EventEmitter} from 'node:events';

/** The stand-in stdout of Ink. */
export type InkOutput = {
	/**
	 * For Ink's `render(node, {stdout: stream, debug: true, patchConsole: false, exitOnCtrlC: false})`: with `debug`
	 * Ink hands over every frame whole instead of writing its own erase codes.
	 */
	readonly stream: NodeJS.WriteStream;
	/** Lays the tree out again at another size, which hands over a frame, and tells the stream's listeners. */
	resize(columns: number, rows: number): void;
};

export type InkOutputOptions = {
	readonly columns: number;
	readonly rows: number;
	/** Takes each frame, synchronously: once for every commit of React. */
	readonly onFrame: (frame: string) => void;
};

/** What of a tty Ink 6.8 uses, together with the emitter's on and off. */
type StandIn = EventEmitter & {
	columns: number;
	rows: number;
	readonly isTTY: true;
	readonly writable: true;
	write(data: string): true;
};

/** Beside frames Ink writes empty strings (clear), cursor codes and a line end (unmount), which are no frames. */
const noFrame = /^(?:\u001b\[\?25[hl])*\n?$/;

export function createInkOutput(options: InkOutputOptions): InkOutput {
	const stream: StandIn = Object.assign(new EventEmitter(), {
		columns: options.columns,
		rows: options.rows,
		isTTY: true as const,
		writable: true as const,
		write(data: string): true {
			if (!noFrame.test(data)) options.onFrame(data);
			return true;
		},
	});
	return {
		stream: stream as unknown as NodeJS.WriteStream,
		resize(columns, rows) {
			stream.columns = columns;
			stream.rows = rows;
			stream.emit('resize');
		},
	};
}
