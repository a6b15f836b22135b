import type {Status} from '../domain/state.ts';
import type {MarkChange, SetRequest} from '../view/chosen-set.ts';
import type {FaceCommand, RunEnd} from '../view/run.ts';
import type {KeyContext} from './binding.ts';
import type {Layout} from './layout.ts';
import type {ListChange} from './list-state.ts';
import type {Log} from './log.ts';
import type {RecordJob} from './record-work.ts';
import type {Toast} from './toast.ts';
import type {UiAction} from './ui-state.ts';

/** What a key leads to. */
export type Effect =
	| {readonly type: 'ui'; readonly action: UiAction}
	| {readonly type: 'send'; readonly command: FaceCommand}
	| {readonly type: 'mark'; readonly change: MarkChange}
	/** `isAsked`: a question stands already and waits for what the set is; else small sets are acted on at once. */
	| {readonly type: 'choose'; readonly request: SetRequest; readonly isAsked: boolean}
	/** Something to read, copy, page or export: it ends with a toast. */
	| {readonly type: 'record'; readonly job: RecordJob}
	| {readonly type: 'repaint'}
	| {readonly type: 'suspend'}
	/** Closes the screen of a run that has ended. */
	| {readonly type: 'close-screen'};

/** What the effects of a key are worked out from. */
export type EffectContext = KeyContext & {
	readonly layout: Layout;
	readonly now: number;
	/** Rows of requests that the list shows. */
	readonly listRows: number;
	/** Lines of the shown tab of the detail. */
	readonly detailLines: number;
	/** Of the request under the cursor, for the tab that suits it. */
	readonly openStatus: Status;
	/** Its id, once something of it was read. */
	readonly openId: string | null;
	/** Lines of the help. */
	readonly helpLines: number;
	/** Set when the engine has stopped. */
	readonly end: RunEnd | null;
	readonly log: Log;
};

export function toastEffect(text: string, level: Toast['level'], now: number): Effect {
	return {type: 'ui', action: {type: 'toast', toast: {text, level, at: now}}};
}

export function uiEffect(action: UiAction): Effect {
	return {type: 'ui', action};
}

export function listEffect(change: ListChange): Effect {
	return uiEffect({type: 'list', change});
}
