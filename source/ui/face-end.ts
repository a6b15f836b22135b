import type {RunEnd} from '../view/run.ts';
import type {ScreenOptions} from './screen-options.ts';
import type {ScreenStore} from './screen-store.ts';

export type FaceEndOptions = Pick<ScreenOptions, 'run' | 'exitWhenDone' | 'leave' | 'detach'>;

/** When what a person sees of a run comes to its end, on the full screen as in lines. */
export type FaceEnd = {
	/** Null: it was taken away from a run that goes on. Rejects with what the run rejects with, and on a crash. */
	readonly ended: Promise<RunEnd | null>;
	/** An error of the face itself: a bug, after which the engine still runs. */
	crash(error: unknown): void;
	/** The person leaves a run that has ended. */
	close(): void;
	/** The face stands: from here on the run and its signals may end it. */
	watch(store: Pick<ScreenStore, 'getModel' | 'finish'>): void;
	stop(): void;
};

export function createFaceEnd({run, exitWhenDone, leave, detach}: FaceEndOptions): FaceEnd {
	let settle!: (end: RunEnd | null) => void;
	let crash!: (error: unknown) => void;
	const ended = new Promise<RunEnd | null>((resolve, reject) => {
		settle = resolve;
		crash = reject;
	});
	let end: RunEnd | null = null;
	/** Nobody sees the report any more, or shall. */
	let isGone = false;

	const close = (): void => {
		if (end) settle(end);
	};
	const closeReport = (): void => {
		isGone = true;
		close();
	};
	const detachFace = (): void => settle(end);

	return {
		ended,
		crash,
		close,
		watch(store) {
			leave.addEventListener('abort', closeReport);
			detach.addEventListener('abort', detachFace);
			if (detach.aborted) detachFace();
			run.finished.then(runEnd => {
				end = runEnd;
				const isLeaving = isGone || store.getModel().ui.leaving !== null;
				if (exitWhenDone || runEnd.reason === 'stopped' || isLeaving) settle(runEnd);
				else store.finish(runEnd);
			}, crash);
		},
		stop() {
			leave.removeEventListener('abort', closeReport);
			detach.removeEventListener('abort', detachFace);
		},
	};
}
