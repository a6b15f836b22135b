import {money, plural} from '../view/format.ts';
import type {RunSnapshot} from '../view/snapshot.ts';
import type {Glyphs} from './glyphs.ts';
import type {Rect} from './layout.ts';
import {type Line, span, strong} from './line.ts';
import {innerColumns, Pane} from './pane.tsx';
import {wrapText} from './wrap-text.ts';

export type QuitDialogProps = {
	readonly rect: Rect;
	readonly snapshot: RunSnapshot;
	readonly glyphs: Glyphs;
};

/** Asks what becomes of the calls in flight. Cancel has the focus: `enter` stays, as `esc` does. */
export function QuitDialog({rect, snapshot, glyphs}: QuitDialogProps) {
	const calls = snapshot.inFlight.count;
	const columns = innerColumns(rect) - 2;
	const question = `${plural(calls, 'call')} in flight${atStake(snapshot)}:`;
	const isNarrow = columns < 50;
	const lines: readonly Line[] = [
		...wrapText(question, columns).map(line => [span(` ${line}`, strong)]),
		[
			...key('y', isNarrow ? 'in 10 s' : 'leave after 10 s'),
			...key('w', isNarrow ? 'wait' : 'wait for them'),
			span('  '),
			span('[esc stay]', {inverse: true, bold: true}),
		],
	];
	return <Pane rect={rect} title="Quit?" isFocused lines={lines} glyphs={glyphs} />;
}

function key(name: string, label: string): Line {
	return [span(`  ${name}`, {color: 'cyan', bold: true}), span(` ${label}`)];
}

/** A call that is cut off may be billed all the same. */
function atStake({cost}: RunSnapshot): string {
	if (cost.priceUnknown) return ', maybe billed if cut off, at an unknown price';
	return `, up to ${money(cost.heldUsd)} maybe billed if cut off`;
}
