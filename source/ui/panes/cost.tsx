import type {LimitName} from '../../domain/limit.ts';
import {bar, count, money, percent, plural, shortCount} from '../../view/format.ts';
import {limitValue, limitWord} from '../../view/limit-words.ts';
import {auditText} from '../../view/packing-view.ts';
import {safeText} from '../../view/safe-text.ts';
import type {CostView} from '../../view/snapshot.ts';
import type {Glyphs} from '../glyphs.ts';
import {spentText} from '../headline.ts';
import {innerRowsOf, paneTitles, type Rect} from '../layout.ts';
import {faint, fitLine, type Line, padEnd, type Span, span, spread, strong} from '../line.ts';
import {innerColumns, Pane} from '../pane.tsx';

export type CostPaneProps = {
	readonly rect: Rect;
	readonly cost: CostView;
	readonly isFocused: boolean;
	readonly glyphs: Glyphs;
};

/** What was paid, what the rest will cost, and how sure that is. */
export function CostPane(props: CostPaneProps) {
	const {rect, cost, isFocused, glyphs} = props;
	return (
		<Pane
			rect={rect}
			title={paneTitles.cost}
			about={isFocused && cost.ceilingObstacle === null ? [span('+ ceiling', faint)] : []}
			isFocused={isFocused}
			lines={
				innerRowsOf(rect) < 6
					? shortLines(cost, glyphs)
					: costLines(cost, innerColumns(rect), innerRowsOf(rect), glyphs)
			}
			glyphs={glyphs}
		/>
	);
}

function costLines(cost: CostView, columns: number, rows: number, glyphs: Glyphs): readonly Line[] {
	const lines: Line[] = [
		cost.ceilingUsd === null
			? labelled('spent', [span(spentText(cost, 'unknown'), strong), ...shares(cost)])
			: ceilingLine(cost, cost.ceilingUsd, columns, glyphs),
		...heldLines(cost),
		labelled('per hour', [
			span(estimate(cost, cost.usdPerHour)),
			...(cost.priceUnknown ? [] : [span('  finish ', faint), span(estimate(cost, cost.forecastUsd))]),
		]),
		labelled('tokens', [
			span(`in ${shortCount(cost.inputTokens)}`),
			span(cost.cachedTokens > 0 ? ` (${shortCount(cost.cachedTokens)} cached)` : '', faint),
		]),
		labelled('', [span(`out ${shortCount(cost.outputTokens)}`)]),
		// What fits no more is the last of them, and money comes first.
		...(cost.maybeBilledCalls > 0
			? [maybeBilled(cost), ...packingLines(cost, columns)]
			: [...packingLines(cost, columns), maybeBilled(cost)]),
		labelled('prices', [span(safeText(cost.source || 'none: set `prices`', {maxLength: 80}), faint)]),
	];
	const others = cost.ceilings.filter(({limit}) => limit !== 'task.cost');
	if (rows - lines.length >= others.length) {
		for (const {limit, used, of} of others)
			lines.push(labelled('ceiling', [span(ceilingText(limit, used, of))]));
	}

	const room = rows - lines.length - 1;
	if (room < 1 || cost.byQueue.length === 0) return lines;
	return [
		...lines,
		fitLine([], columns),
		...cost.byQueue.slice(0, room).map(queue => byQueueLine(queue, columns)),
	];
}

/** `$18.42 of $50.00  37%` and a bar; what was spent counts, what may have been billed too. */
function ceilingLine(cost: CostView, ceilingUsd: number, columns: number, glyphs: Glyphs): Line {
	const used = cost.spentUsd + cost.maybeBilledUsd;
	const text = ` ${spentText(cost, 'unknown')} of ${money(ceilingUsd)}  ${percent(used, ceilingUsd)}  `;
	const share = ceilingUsd === 0 ? 1 : used / ceilingUsd;
	const drawn = bar(
		share,
		Math.max(0, Math.min(20, columns - text.length - 1)),
		glyphs.barFull,
		glyphs.barEmpty,
	);
	return [span(text, strong), span(drawn, share >= 0.9 ? {color: 'yellow'} : {color: 'green'})];
}

function heldLines({heldUsd, batchShare}: CostView): readonly Line[] {
	const batch = batchShare ? `  batch ${Math.floor(batchShare * 100)}%` : '';
	if (heldUsd === 0 && batch === '') return [];
	return [labelled('held', [span(money(heldUsd)), span(batch || ' in flight', faint)])];
}

function packingLines({packing}: CostView, columns: number): readonly Line[] {
	if (packing === null) return [];
	const {calls_saved: calls, tokens_saved: tokens, audit, stopped} = packing;
	const isNarrow = columns < 50;
	const more = (tokens ?? 0) < 0 ? ' more' : '';
	const unit = isNarrow ? 'tok' : 'tokens';
	const saved = tokens === null ? '' : `, ${shortCount(Math.abs(tokens))} ${unit}${more}`;
	const off = span('packing is off', {color: 'yellow'});
	const isOff = stopped.length > 0;
	return [
		...(isNarrow && isOff ? [labelled('', [off])] : []),
		labelled('saved', [
			span(`${plural(calls, 'call')}${saved}`),
			...(isOff && !isNarrow ? [span('  '), off] : []),
		]),
		...(audit ? [labelled('audit', [span(auditText(audit, isNarrow))])] : []),
	];
}

function ceilingText(limit: LimitName, used: number, of: number): string {
	return `${limitWord(limit)} ${limitValue(limit, used)} of ${limitValue(limit, of)}`;
}

function byQueueLine({key, done, failed, costUsd}: CostView['byQueue'][number], columns: number): Line {
	const failures = failed > 0 ? [span(`  failed ${count(failed)}`, {color: 'red'})] : [];
	return spread(
		[span(` ${safeText(key, {maxLength: 80})}`)],
		[span(`  ${count(done)} done`), ...failures, span(`  ${money(costUsd)} `)],
		columns,
	);
}

function shortLines(cost: CostView, glyphs: Glyphs): readonly Line[] {
	if (cost.ceilingUsd !== null) {
		const used = percent(cost.spentUsd + cost.maybeBilledUsd, cost.ceilingUsd);
		return [
			[span(` ${spentText(cost)} of ${money(cost.ceilingUsd)} ${used}`, strong)],
			cost.maybeBilledCalls > 0
				? maybeBilled(cost, 'short')
				: [span(` held ${money(cost.heldUsd)} ${glyphs.arrow} ${estimate(cost, cost.forecastUsd)}`, faint)],
		];
	}

	return [
		[
			span(` ${spentText(cost)}`, strong),
			...(cost.forecastUsd === null || cost.forecastUsd <= cost.spentUsd
				? []
				: [span(` ${glyphs.arrow} ${estimate(cost, cost.forecastUsd)}`)]),
		],
		cost.maybeBilledCalls > 0
			? maybeBilled(cost, 'short')
			: [span(` in ${shortCount(cost.inputTokens)}  out ${shortCount(cost.outputTokens)}`, faint)],
	];
}

/** Unknown for ever without a price, and `-` until enough was seen. */
function estimate(cost: CostView, usd: number | null): string {
	if (cost.priceUnknown) return money(null);
	return usd === null ? '-' : money(usd);
}

/** The lanes' shares, where there are two. */
function shares(cost: CostView): readonly Span[] {
	if (cost.batchUsd === 0) return [];
	return [span(`  direct ${money(cost.directUsd)}  batch ${money(cost.batchUsd)}`, faint)];
}

/** Calls that ended without an answer may have been processed and billed all the same. */
function maybeBilled(cost: CostView, length: 'full' | 'short' = 'full'): Line {
	const {maybeBilledCalls: calls, maybeBilledUsd, priceUnknown} = cost;
	if (calls === 0) return [span(' maybe billed nothing', faint)];
	const amount = money(priceUnknown ? null : maybeBilledUsd);
	const full = `maybe billed ${shortCount(calls)} ${calls === 1 ? 'call' : 'calls'}, ${amount}`;
	const short = `${shortCount(calls)} maybe billed ${amount}`;
	return [span(` ${length === 'full' ? full : short}`, {color: 'yellow'})];
}

function labelled(label: string, spans: readonly Span[]): Line {
	return [span(` ${padEnd(label, 9)}`, faint), ...spans];
}
