import type {FailureKind} from '../../domain/failure.ts';
import {mismatch, terms} from '../../view/accounts-words.ts';
import {sharedCallsWords} from '../../view/calls-words.ts';
import {count, duration, latency, money, shortCount} from '../../view/format.ts';
import {auditText, packingText} from '../../view/packing-view.ts';
import type {Report, ScoreReport, ServedReport} from '../../view/report.ts';
import {safeText} from '../../view/safe-text.ts';
import {scoreEntries, scoreLabel, scoreText} from '../../view/score-words.ts';
import {isChanged, servedTexts} from '../../view/served-words.ts';
import {causeWords, kindWords} from '../../view/words.ts';
import {faint, type Line, padEnd, padStart, type Span, span, strong} from '../line.ts';

const labelColumns = 10;
/** Below, a line keeps to what matters most. */
const narrowColumns = 50;
/** From here on each cause of errors has its line, up to so many. */
const roomyRows = 26;
const mostErrors = 8;
const mostScores = 6;

/** The report in a pane of this size, what matters most first: a small pane shows the beginning. */
export function reportLines(
	report: Report,
	/** Where they are, once they are written. */
	results: string | null,
	columns: number,
	rows: number,
): readonly Line[] {
	if (rows < 4) return shortLines(report);
	const isNarrow = columns < narrowColumns;
	const room = columns - labelColumns;
	const {requests, tokens, latency_ms: latencies} = report;
	const kinds = (Object.entries(report.failures) as [FailureKind, number][]).map(
		([kind, amount]) => `${kindWords(kind)} ${count(amount)}`,
	);
	return [
		isNarrow
			? fact('done', [span(count(requests.done), strong), failed(requests.failed), wrongSum(report)])
			: fact('requests', [span(count(requests.total), strong), ...sumOf(report), wrongSum(report)]),
		...optional(kinds.length > 0, fact('failures', [span(asManyAsFit(kinds, room))])),
		...errorLines(report, room, rows),
		fact('cost', [span(money(report.cost_usd), strong), ...maybe(report.maybe_billed, isNarrow)]),
		lanesLine(report, isNarrow),
		...optional(
			latencies.p50 !== null,
			fact('latency', [span(`p50 ${latency(latencies.p50)}  p95 ${latency(latencies.p95)}`)]),
		),
		fact('tokens', [
			span(`in ${shortCount(tokens.input)}  out ${shortCount(tokens.output)}`),
			span(isNarrow ? '' : `  (${shortCount(tokens.cached)} cached)`),
		]),
		...packingLines(report),
		...servedLines(report.served ?? [], room, rows),
		...scoreLines(report.scores ?? [], room),
		fact('attempts', [
			span(`${count(report.attempts)}${sharedCallsWords(report)}  retries ${count(report.retries)}`),
		]),
		fact('time', [span(duration(report.seconds * 1000))]),
		...optional(results !== null, fact('results', [span(safeText(results ?? ''))])),
	];
}

function shortLines(report: Report): readonly Line[] {
	const {requests, seconds} = report;
	return [
		[span(` done ${count(requests.done)}`), failed(requests.failed), wrongSum(report)],
		[span(` in ${duration(seconds * 1000)}`, faint)],
	];
}

/** Failed attempts by cause: a line each where there is room for it, else all on one. */
function errorLines({errors}: Report, room: number, rows: number): readonly Line[] {
	if (errors.length === 0) return [];
	const words = (cause: string) => safeText(causeWords(cause), {maxLength: 40});
	if (rows < roomyRows) {
		const texts = errors.map(({cause, attempts}) => `${words(cause)} ${count(attempts)}`);
		return [fact('errors', [span(asManyAsFit(texts, room))])];
	}

	const shown = errors.slice(0, errors.length > mostErrors ? mostErrors - 1 : mostErrors);
	const hidden = errors.slice(shown.length).reduce((sum, {attempts}) => sum + attempts, 0);
	const amount = (attempts: number) => span(padStart(count(attempts), 9));
	return [
		...shown.map(({cause, attempts}, number) =>
			fact(number === 0 ? 'errors' : '', [span(padEnd(words(cause), 24)), amount(attempts)]),
		),
		...optional(
			hidden > 0,
			fact('', [span(padEnd(`${errors.length - shown.length} other causes`, 24), faint), amount(hidden)]),
		),
	];
}

/** Which versions answered: where there is room, or where one took another's place. */
function servedLines(served: readonly ServedReport[], room: number, rows: number): readonly Line[] {
	const hasChanged = isChanged(served);
	if (served.length === 0 || (!hasChanged && rows < roomyRows)) return [];
	const texts = servedTexts(served).map(text => safeText(text, {maxLength: 80}));
	return [fact('answered', [span(asManyAsFit(texts, room), hasChanged ? {color: 'yellow'} : undefined)])];
}

function packingLines({packing}: Report): readonly Line[] {
	return packing
		? [
				fact('packed', [span(packingText(packing))]),
				...(packing.audit
					? [
							fact('audit', [
								span(auditText(packing.audit)),
								span(packing.stopped.length > 0 ? '  packing went off' : '', {color: 'yellow'}),
							]),
						]
					: []),
			]
		: [];
}

/** A line for each score of each model, and one below it for its groups. */
function scoreLines(scores: readonly ScoreReport[], room: number): readonly Line[] {
	const entries = scoreEntries(scores);
	const shown = entries.slice(0, entries.length > mostScores ? mostScores - 1 : mostScores);
	const clean = (text: string) => safeText(text, {maxLength: 60});
	const lines = shown.flatMap(({score, groups}) => [
		[
			span(`${clean(scoreLabel(score, scores))} `),
			span(scoreText(score), strong),
			span(` of ${count(score.requests)}`, faint),
		],
		...(groups.length === 0
			? []
			: [
					[
						span(
							asManyAsFit(
								groups.map(group => clean(`${group.group} ${scoreText(group)}`)),
								room,
							),
							faint,
						),
					],
				]),
	]);
	const hidden = entries.length - shown.length;
	return [...lines, ...(hidden > 0 ? [[span(`${count(hidden)} other scores`, faint)]] : [])].map(
		(spans, number) => fact(number === 0 ? 'scores' : '', spans),
	);
}

function lanesLine({mode, by_model: models}: Report, isNarrow: boolean): Line {
	const paid = (key: 'direct_usd' | 'batch_usd') => {
		const known = models.flatMap(model => model[key] ?? []);
		const sum = known.length === 0 ? null : known.reduce((one, other) => one + other, 0);
		return span(isNarrow ? '' : ` for ${money(sum)}`, faint);
	};
	const amount = isNarrow ? shortCount : count;
	return fact('lanes', [
		span(`direct ${amount(mode.direct)}`),
		...(mode.direct > 0 ? [paid('direct_usd')] : []),
		span(`  batch ${amount(mode.batch)}`),
		...(mode.batch > 0 ? [paid('batch_usd')] : []),
	]);
}

/** The first of them in any case, then how many there are besides. */
function asManyAsFit(texts: readonly string[], columns: number): string {
	let line = texts[0] ?? '';
	for (const [number, text] of [...texts.entries()].slice(1)) {
		const more = number < texts.length - 1 ? `  +${texts.length - number - 1}` : '';
		if (`${line}  ${text}${more}`.length > columns) return `${line}  +${texts.length - number}`;
		line += `  ${text}`;
	}

	return line;
}

/** ` = 17 done + 3 failed`. */
function sumOf({accounted}: Report): readonly Span[] {
	return terms(accounted).flatMap(({place, text}, position) => [
		span(position === 0 ? ' = ' : ' + '),
		span(text, place === 'failed' ? {color: 'red'} : undefined),
	]);
}

function wrongSum({accounted}: Report): Span {
	const wrong = mismatch(accounted);
	return span(wrong && `  ${wrong}`, {color: 'red', bold: true});
}

function failed(amount: number): Span {
	return span(amount > 0 ? `  failed ${count(amount)}` : '', {color: 'red'});
}

function maybe({calls, usd}: Report['maybe_billed'], isNarrow: boolean): readonly Span[] {
	if (calls === 0) return [];
	const text = isNarrow ? `  maybe ${money(usd)}` : `  and maybe ${money(usd)} for ${count(calls)} calls`;
	return [span(text, {color: 'yellow'})];
}

function fact(label: string, spans: readonly Span[]): Line {
	return [span(` ${padEnd(label, labelColumns - 1)}`, faint), ...spans];
}

function optional(isShown: boolean, line: Line): readonly Line[] {
	return isShown ? [line] : [];
}
