import type {Clock} from '../domain/ports.ts';
import type {Run, RunEnd} from '../view/run.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import {chosenEffects, refusedEffects} from './act-effects.ts';
import type {Binding} from './binding.ts';
import type {Effect, EffectContext} from './effect.ts';
import {helpLines} from './help-lines.ts';
import type {Key, Paste} from './input-tokenizer.ts';
import {keyEffects} from './key-effects.ts';
import {type Layout, layOut, listRows} from './layout.ts';
import {emptyLog, withNotices, withToast} from './log.ts';
import {createRequestOpener} from './open-request.ts';
import {pasteEffects} from './paste-effects.ts';
import {createRecordWork, type RecordTerminal} from './record-work.ts';
import {isAskedFor} from './reduce-list.ts';
import {isUndrawn, reduceUi} from './reduce-ui.ts';
import {createRowAsker} from './row-asker.ts';
import type {ScreenModel} from './screen-model.ts';
import type {TerminalSize} from './terminal-size.ts';
import {toastOf} from './toast.ts';
import {initialUiState, isQuestion, type UiAction, type UiState} from './ui-state.ts';

/*
 * The one place where keys, snapshots and the choices of the person meet. React sees finished models only:
 *
 *   key ──► keyEffects ──► ui reducer, run.send ──┐
 *   tick ──► run.getSnapshot, ui reducer ─────────┴─► model ──► App
 *                                                     └──────► run.look, run.readDetail
 */
export type ScreenStore = {
	/** Asks the run for rows and listens to it. */
	start(): void;
	subscribe(listener: () => void): () => void;
	getModel(): ScreenModel;
	press(key: Key): void;
	/** Text was pasted: into an open field, else it is ignored with a toast. */
	paste(paste: Paste): void;
	/** Takes the newest snapshot; React is told only from here and on a key. */
	tick(): void;
	resize(size: TerminalSize): void;
	/** The newest model stands on the screen. */
	drawn(): void;
	/** The engine has stopped and the screen stays. */
	finish(end: RunEnd): void;
	stop(): void;
};

export type ScreenStoreOptions = {
	readonly run: Run;
	readonly clock: Pick<Clock, 'now' | 'after'>;
	readonly size: TerminalSize;
	readonly isReadonly: boolean;
	/** As `remap.ts` makes it. */
	readonly keymap: readonly Binding[];
	/** Something that the person waits for is there: tick soon. */
	readonly onNews: () => void;
	readonly terminal: RecordTerminal;
	readonly onRepaint: () => void;
	readonly onSuspend: () => void;
	/** The person leaves a run that has ended. */
	readonly onClose: () => void;
};

export function createScreenStore(options: ScreenStoreOptions): ScreenStore {
	const {run, clock} = options;
	const listeners = new Set<() => void>();
	let size = options.size;
	let snapshot: RunSnapshot | null = null;
	let ui: UiState = initialUiState;
	let end: RunEnd | null = null;
	let seenNotice = -1;
	let log = emptyLog;
	/** The next tick shows rows that were awaited. */
	let isAnswerTick = false;
	/** The run has told how it stands. */
	let isOpen = false;
	let isStopped = false;
	const rows = createRowAsker(run);
	const records = createRecordWork({
		run,
		terminal: options.terminal,
		say(text, level) {
			reduce({type: 'toast', toast: {text, level, at: clock.now()}});
			options.onNews();
		},
	});
	const opener = createRequestOpener({
		clock,
		read: index => run.readDetail(index),
		onChange: options.onNews,
	});
	let layout = arrange();
	let model: ScreenModel = makeModel();

	function arrange(): Layout {
		const {focus, isZoomed, dialog} = ui;
		return layOut(size, {focus, isZoomed, hasDialog: isQuestion(dialog)});
	}

	function makeModel(): ScreenModel {
		return {
			snapshot,
			ui,
			layout,
			request: opener.opened(snapshot, ui, layout),
			end,
			now: clock.now(),
			log,
			isReadonly: options.isReadonly,
			keymap: options.keymap,
		};
	}

	function publish(areRowsAwaited = true): void {
		layout = arrange();
		rows.ask(ui, listRows(layout), areRowsAwaited);
		opener.follow(snapshot, ui);
		model = makeModel();
		for (const listener of listeners) listener();
	}

	function reduce(action: UiAction): void {
		if (action.type === 'toast' && action.toast) log = withToast(log, action.toast);
		ui = reduceUi(ui, action);
	}

	function effectContext(): EffectContext {
		return {
			...model,
			snapshot,
			ui,
			log,
			now: clock.now(),
			listRows: listRows(layout),
			detailLines: model.request.lines.length,
			openStatus: model.request.status ?? 'queued',
			openId: model.request.id,
			helpLines: helpLines(model).length,
		};
	}

	function perform(effects: readonly Effect[]): void {
		for (const effect of effects) {
			switch (effect.type) {
				case 'ui':
					reduce(effect.action);
					break;
				case 'send':
					// What the run says of it shall be seen: a note gives way to an older warning.
					ui = reduceUi(ui, {type: 'toast', toast: null});
					run.send(effect.command);
					break;
				case 'mark':
					rows.awaitMarks();
					run.mark(effect.change);
					break;
				case 'choose':
					choose(effect);
					break;
				case 'record':
					records.start(effect.job);
					break;
				case 'repaint':
					options.onRepaint();
					break;
				case 'suspend':
					options.onSuspend();
					break;
				case 'close-screen':
					options.onClose();
					break;
			}
		}
	}

	function apply(effects: readonly Effect[]): void {
		perform(effects);
		publish();
	}

	function choose(effect: Extract<Effect, {type: 'choose'}>): void {
		const answered = (effects: readonly Effect[]): void => {
			if (isStopped) return;
			perform(effects);
			options.onNews();
		};
		run.choose(effect.request).then(
			set => answered(chosenEffects(effect, set, effectContext())),
			(error: unknown) => {
				const why = error instanceof Error ? error.message : String(error);
				answered(refusedEffects(effect.request, why, effectContext()));
			},
		);
	}

	function takeSnapshot(newest: RunSnapshot): void {
		if (newest === snapshot) return;
		log = withNotices(log, newest.notices);
		const isFinished = newest.report !== null && snapshot?.report == null;
		snapshot = newest;
		if (isAskedFor(newest.rows, ui))
			reduce({type: 'rows-arrived', window: newest.rows, listRows: listRows(layout)});
		const toast = toastOf(newest.notices, seenNotice, ui.toast, clock.now());
		// Not through `reduce`: the log has the notice itself.
		if (toast !== ui.toast) ui = reduceUi(ui, {type: 'toast', toast});
		seenNotice = newest.notices.at(-1)?.id ?? seenNotice;
		if (isFinished) reduce({type: 'run-finished'});
	}

	const onSnapshot = (): void => {
		const newest = run.getSnapshot();
		// Of every snapshot, drawn or not: each holds only the newest notices.
		if (newest) log = withNotices(log, newest.notices);
		if (!newest) return;
		const areRowsAnswered = rows.isAnswered(newest.rows);
		isAnswerTick ||= areRowsAnswered;
		// The first one is what the person waits for while the run opens.
		if (areRowsAnswered || !isOpen) options.onNews();
		isOpen = true;
	};

	let unsubscribe = (): void => {};
	return {
		start() {
			unsubscribe = run.subscribe(onSnapshot);
			rows.ask(ui, listRows(layout), true);
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		getModel: () => model,
		press: key => apply(keyEffects(key, effectContext())),
		paste: paste => apply(pasteEffects(paste.text, effectContext())),
		tick() {
			const newest = run.getSnapshot();
			if (newest) takeSnapshot(newest);
			// A cursor that follows its request through a moving order asks anew with every answer: without a pause the
			// screen would be laid out as often as it can be.
			publish(!isAnswerTick);
			isAnswerTick = false;
		},
		resize(newSize) {
			size = newSize;
			publish();
		},
		drawn() {
			if (!model.layout.dialog || !isUndrawn(ui.dialog) || model.ui.dialog !== ui.dialog) return;
			reduce({type: 'dialog-drawn', at: clock.now()});
			publish();
		},
		finish(runEnd) {
			end = runEnd;
			options.onNews();
		},
		stop() {
			isStopped = true;
			unsubscribe();
			opener.stop();
		},
	};
}
