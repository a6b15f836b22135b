import type {FailureKind} from '../domain/failure.ts';
import {mismatch, shortEquation} from '../view/accounts-words.ts';
import {attemptsWords} from '../view/calls-words.ts';
import {count, duration, latency, money, plural, shortCount} from '../view/format.ts';
import {raisedBy} from '../view/limit-words.ts';
import type {Obstacle} from '../view/obstacle.ts';
import {auditText, packingText} from '../view/packing-view.ts';
import type {Report} from '../view/report.ts';
import type {RunEnd} from '../view/run.ts';
import {safeText} from '../view/safe-text.ts';
import {outputText} from '../view/sample-view.ts';
import {scoresLine} from '../view/score-words.ts';
import {isChanged, servedLine} from '../view/served-words.ts';
import {kindWords} from '../view/words.ts';
import {shellWord} from './shell-word.ts';

/** Kinds of failures named on one line; the others are summed up. */
const namedKinds = 6;

const labelColumns = 13;
const longestLine = 1000;

type Line = readonly [label: string, text: string];

/** What both faces leave behind, at most 12 lines: totals, failures, cost, where the results are, how to go on. */
export function closingLines(end: RunEnd, resumeCommand: string): string[] {
	const {report, why} = end;
	const lines: readonly Line[] = [
		[endWords[end.reason], totalsText(end)],
		accountedLine(end),
		...optional(why !== '', ['because', why]),
		...optional(report.requests.failed > 0, ['failures', failuresText(report)]),
		['attempts', attemptsWords(report)],
		['tokens', tokensText(report)],
		['cost', `${money(report.cost_usd)}${unpricedText(report)}${sessionText(report)}${forecastText(end)}`],
		...optional(report.maybe_billed.calls > 0, ['maybe billed', maybeBilledText(report)]),
		...sampleOr(end, optional(report.latency_ms.p50 !== null, ['latency', latencyText(report)])),
		...packingLines(report),
		...optional(isChanged(report.served ?? []), ['answered by', servedLine(report.served ?? [])]),
		...optional((report.scores ?? []).length > 0, ['scores', scoresLine(report.scores ?? [])]),
		...(report.requests.pending === 0 ? resultLines(end) : unfinishedLines(end, resumeCommand)),
	];
	return mostImportant(lines).map(([label, text]) =>
		safeText(`${label.padEnd(labelColumns)} ${text}`, {maxLength: longestLine}),
	);
}

const accounted = 'accounted';

/** What gives way, in this order, where there is more to say than lines for it. */
const expendable = ['latency', 'tokens', accounted];
const mostLines = 12;

function mostImportant(lines: readonly Line[]): readonly Line[] {
	const dropped = new Set(expendable.slice(0, Math.max(0, lines.length - mostLines)));
	return lines.filter(([label]) => !dropped.has(label));
}

const endWords = {done: 'finished', stuck: 'held up', stopped: 'stopped'} as const;

function totalsText({cause, report}: RunEnd): string {
	const {total, done, failed, pending} = report.requests;
	return [
		`${count(done)} of ${plural(total, 'request')} done`,
		...(failed > 0 ? [`${count(failed)} failed`] : []),
		...(pending > 0 ? [`${count(pending)} to go`] : []),
		`after ${duration(report.seconds * 1000)}`,
		...(cause !== null && cause !== 'quit' ? [`by ${cause}`] : []),
	].join(', ');
}

/** Where every request is; what does not add up is never left out. */
function accountedLine({report, directory}: RunEnd): Line {
	const wrong = mismatch(report.accounted);
	const equation = shortEquation(report.accounted);
	return wrong === ''
		? [accounted, equation]
		: [wrong, `${equation}; promptbatch-tui verify ${shellWord(directory)} says which`];
}

function packingLines({packing}: Report): readonly Line[] {
	if (!packing) {
		return [];
	}

	const {audit, stopped} = packing;
	const off = stopped.length > 0 ? '; packing went off' : '';
	return [
		['shared calls', packingText(packing)],
		...(audit ? [['audit', `${auditText(audit)}${off}`] as const] : []),
	];
}

function failuresText({failures}: Report): string {
	const kinds = Object.entries(failures) as [FailureKind, number][];
	const named = kinds.slice(0, namedKinds).map(([kind, amount]) => `${kindWords(kind)} ${count(amount)}`);
	const others = kinds.slice(namedKinds).reduce((sum, [, amount]) => sum + amount, 0);
	return [...named, ...(others > 0 ? [`others ${count(others)}`] : [])].join(', ');
}

function tokensText({tokens}: Report): string {
	const cached = tokens.cached > 0 ? ` (cached ${shortCount(tokens.cached)})` : '';
	return `in ${shortCount(tokens.input)}${cached}, out ${shortCount(tokens.output)}`;
}

function latencyText({latency_ms: {p50, p95}, mode}: Report): string {
	return `p50 ${latency(p50)}, p95 ${latency(p95)}${mode.batch > 0 ? ' of direct calls' : ''}`;
}

/** What a person decides by: the lengths of the answers that a sample had. */
function sampleOr({sample}: RunEnd, lines: readonly Line[]): readonly Line[] {
	return sample?.outputs ? [['output', outputText(sample.outputs)]] : lines;
}

/** A run of several providers may know what one of them costs and not what another does. */
function unpricedText({cost_usd: costUsd, unpriced_calls: calls = 0}: Report): string {
	return costUsd === null || calls === 0 ? '' : `, without ${plural(calls, 'call')} at an unknown price`;
}

function forecastText({sample}: RunEnd): string {
	return sample === null || sample.forecastUsd === null
		? ''
		: `, about ${money(sample.forecastUsd)} for the whole run`;
}

/** Said only where the run has had other sessions. */
function sessionText({requests, session, cost_usd: costUsd}: Report): string {
	if (session.requests === requests.done + requests.failed) {
		return '';
	}

	const share = plural(session.requests, 'request');
	return costUsd === null
		? `, this session ${share}`
		: `, this session ${money(session.cost_usd)} for ${share}`;
}

/** The worst case of a model without a price is not nothing, but unknown. */
function maybeBilledText({maybe_billed: {calls, usd}}: Report): string {
	return `${plural(calls, 'call')} that ended without an answer${usd > 0 ? `, up to ${money(usd)} more` : ''}`;
}

function resultLines({directory, results, report}: RunEnd): readonly Line[] {
	return [
		['results', `${directory}/${results}`],
		...optional(report.requests.failed > 0, ['', `${directory}/failures.jsonl`]),
	];
}

/** What the next session needs besides the command; the ceilings of a session begin anew with it. */
function clearedBy(obstacle: Obstacle | null): string {
	switch (obstacle) {
		case null:
			return '';
		case 'pause':
		case 'guard':
			return 'with --unpause';
		case 'sample':
			return 'with --unpause, or --yes';
		case 'task.requests':
		case 'task.ktokens':
		case 'task.cost':
			return `with a higher ceiling: ${raisedBy(obstacle)}`;
		case 'session.requests':
		case 'session.ktokens':
		case 'session.cost':
			return '';
		default:
			return `with a higher ceiling: ${raisedBy(obstacle)}`;
	}
}

function unfinishedLines({directory, obstacle}: RunEnd, resumeCommand: string): readonly Line[] {
	return [
		['results', `so far: promptbatch-tui export ${shellWord(directory)}`],
		['resume', resumeCommand],
		...optional(clearedBy(obstacle) !== '', ['', clearedBy(obstacle)]),
	];
}

function optional(isShown: boolean, line: Line): readonly Line[] {
	return isShown ? [line] : [];
}
