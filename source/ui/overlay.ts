import type {Notice} from '../view/notice.ts';
import type {TextField} from './text-field.ts';

/** What covers the panes until it is closed; the run goes on behind it. */
export type Overlay = HelpOverlay | LogOverlay | PaletteOverlay;

export type HelpOverlay = {
	readonly kind: 'help';
	readonly scroll: number;
	/** What the lines are searched for; null: all are shown. */
	readonly search: {readonly field: TextField; readonly isTyping: boolean} | null;
};

export type LogOverlay = {
	readonly kind: 'log';
	/** Lines below this level are left out. */
	readonly least: Notice['level'];
	/** The uppermost line; null: the newest is kept in sight. */
	readonly top: number | null;
};

export type PaletteOverlay = {
	readonly kind: 'palette';
	readonly field: TextField;
	/** Position among the actions that match. */
	readonly chosen: number;
};

export function isOverlay(dialog: {readonly kind: string} | null): dialog is Overlay {
	return dialog?.kind === 'help' || dialog?.kind === 'log' || dialog?.kind === 'palette';
}

/** What the last line of the screen says. */
export function overlayWords(overlay: Overlay): string {
	switch (overlay.kind) {
		case 'help':
			return overlay.search?.isTyping ? 'enter keep  esc all keys' : 'esc close  / search  j k scroll';
		case 'log':
			return 'esc close  i all  w warnings  e errors  j k scroll';
		case 'palette':
			return 'enter run  up down choose  esc close';
	}
}
