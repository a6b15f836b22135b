import type {Clock} from '../domain/ports.ts';

/*
 * When the screen changes. A frame costs about 16 ms of CPU in Ink's layout and some bytes on the line, so the
 * scheduler holds both ends: it says when the app takes a new snapshot of the run (that is what makes Ink lay out),
 * and when the frame that Ink hands over is written.
 *
 *   tick ──► onTick: the app's store publishes ──► React commits ──► submit(frame) ──► draw
 *   key  ──► keyPressed, then the app sets its state ──► React commits ──► submit(frame) ──► draw
 *
 * The store behind `useSyncExternalStore` therefore keeps the snapshot of the last `onTick` and tells React only
 * from there, never when the engine reports: every commit is a layout, drawn or not. A frame is written when one was
 * asked for (a tick, a key, `refresh`, `redraw`); one that comes unasked, a toast that went away, waits for the next
 * tick. Drawing happens in a later turn of the event loop, so commits of one turn become one frame.
 */
export type FrameScheduler = {
	/** Begins to tick; the first frame is drawn as soon as it is submitted. Also after `stop`. */
	start(): void;
	/** No tick and no draw until `start`; for a suspended or an abandoned screen. */
	stop(): void;
	/** Takes the newest frame; what was not drawn before it never will be. */
	submit(frame: string): void;
	/** A key arrived: the frame that follows is drawn at once, and the rate leaves its idle state. */
	keyPressed(): void;
	/** Something that the user waits for arrived, such as the rows of another page: an extra tick, at once. */
	refresh(): void;
	/** The screen lost its content (resize, ctrl-l, resume): the latest frame is drawn again. */
	redraw(): void;
};

export type FrameSchedulerOptions = {
	readonly clock: Pick<Clock, 'now' | 'after'>;
	/** Ticks a second while there are keys; see `liveRateHz`. */
	readonly liveHz: number;
	readonly onTick: () => void;
	/** Writes a frame, blocking until the terminal took it; returns the bytes written. */
	readonly draw: (frame: string) => number;
};

const idleHz = 1;
const idleAfterMs = 60_000;
/** 30 a second, for keys too. */
const minGapMs = 1000 / 30;
/** The longest that a key waits for its frame once the terminal takes bytes again. */
const maxGapMs = 250;
/** A write this long means that the terminal or the line is full. */
const slowWriteMs = 50;
/** The budget is 5 kB a second; the rest is for keys. */
const bytesPerMs = 4.5;
/** Weight of the newest tick in the moving average of bytes. */
const newestWeight = 0.25;

/** 5 Hz, over SSH 2 Hz, or what `--fps` asks for. */
export function liveRateHz(env: {readonly SSH_CONNECTION?: string | undefined}, fps?: number): number {
	return fps ?? (env.SSH_CONNECTION ? 2 : 5);
}

export function createFrameScheduler(options: FrameSchedulerOptions): FrameScheduler {
	const {clock} = options;
	let isRunning = false;
	let latest: string | null = null;
	let isDrawn = true;
	/** A frame was asked for and not drawn yet. */
	let isAsked = false;
	/** The next draw shows a regular tick; only those count for the byte budget. */
	let isForTick = false;
	let isRefreshDue = false;
	let skipsTick = false;
	let lastTickAt = 0;
	let lastKeyAt = 0;
	let lastDrawAt = 0;
	let lastWriteMs = 0;
	let bytesPerTick = 0;
	let cancelTick = (): void => {};
	let cancelDraw: (() => void) | null = null;

	const tickIntervalMs = (): number => {
		const isIdle = clock.now() - lastKeyAt >= idleAfterMs;
		const hz = isIdle ? Math.min(idleHz, options.liveHz) : options.liveHz;
		return Math.max(minGapMs, 1000 / hz, bytesPerTick / bytesPerMs);
	};

	const armTick = (): void => {
		cancelTick();
		if (!isRunning) return;
		const dueAt = lastTickAt + (isRefreshDue ? minGapMs : tickIntervalMs());
		cancelTick = clock.after(Math.max(0, dueAt - clock.now()), tick);
	};

	const countTick = (bytes: number): void => {
		isForTick = false;
		bytesPerTick += (bytes - bytesPerTick) * newestWeight;
	};

	const tick = (): void => {
		lastTickAt = clock.now();
		const isExtra = isRefreshDue;
		isRefreshDue = false;
		if (skipsTick && !isExtra) {
			skipsTick = false;
		} else {
			// The tick before this one changed nothing.
			if (isForTick) countTick(0);
			isForTick = !isExtra;
			options.onTick();
			askForFrame();
		}

		armTick();
	};

	const askForFrame = (): void => {
		isAsked = true;
		if (cancelDraw || !isRunning) return;
		// Keys are read between writes, so a slow terminal gets no more than half of the time.
		const gapMs = Math.max(minGapMs, Math.min(lastWriteMs, maxGapMs));
		cancelDraw = clock.after(Math.max(0, lastDrawAt + gapMs - clock.now()), draw);
	};

	const draw = (): void => {
		cancelDraw = null;
		// Its frame is still being made: `submit` asks again.
		if (isDrawn || latest === null) return;
		isAsked = false;
		isDrawn = true;
		const startedAt = clock.now();
		const bytes = options.draw(latest);
		lastDrawAt = clock.now();
		lastWriteMs = lastDrawAt - startedAt;
		skipsTick = lastWriteMs > slowWriteMs;
		if (isForTick) {
			countTick(bytes);
			armTick();
		}
	};

	return {
		start() {
			isRunning = true;
			lastTickAt = clock.now();
			lastKeyAt = clock.now();
			isForTick = false;
			askForFrame();
			armTick();
		},
		stop() {
			isRunning = false;
			cancelTick();
			cancelDraw?.();
			cancelDraw = null;
		},
		submit(frame) {
			latest = frame;
			isDrawn = false;
			if (isAsked) askForFrame();
		},
		keyPressed() {
			lastKeyAt = clock.now();
			askForFrame();
			armTick();
		},
		refresh() {
			isRefreshDue = true;
			armTick();
		},
		redraw() {
			isDrawn = false;
			isForTick = false;
			askForFrame();
		},
	};
}
