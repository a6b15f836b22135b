import type {Environment} from '../api/credentials.ts';
import {shortestSecret} from '../api/redact.ts';
import type {HookName} from '../spec/spec.ts';
import type {Alert} from '../view/alerts.ts';
import type {RunSnapshot} from '../view/snapshot.ts';

/** What a hook is told, beside the name of its event. */
export type HookFacts = {
	/** Null: the work on the results. */
	readonly alert: Alert | null;
	/** The result files that are there, absolute; several where they are split. */
	readonly files?: {readonly results: readonly string[]; readonly failures: string | null};
	/** Absolute. */
	readonly directory: string;
	/** What the session ends with; null while it goes on. */
	readonly exitCode: number | null;
	readonly snapshot: Pick<
		RunSnapshot,
		'name' | 'counts' | 'total' | 'cost' | 'phase' | 'phaseDetail' | 'simulated'
	>;
};

/**
 * The variables of a hook: those of this process without any key, and the facts. A key goes by its variable's name,
 * and by its value wherever else that stands, unless that may be a mere word: a hook without a PATH finds nothing.
 */
export function hookEnvironment(
	env: Environment,
	keyVariables: readonly string[],
	{alert, directory, files, exitCode, snapshot}: HookFacts,
): {readonly [name: string]: string} {
	const {name, counts, total, cost, phase, phaseDetail, simulated} = snapshot;
	const isKey = (variable: string) =>
		/_API_?KEY/i.test(variable) ||
		keyVariables.some(known => variable === known || variable.startsWith(`${known}_`));
	const keys = new Set(
		Object.entries(env).flatMap(([variable, value]) =>
			value && value.length >= shortestSecret && isKey(variable) ? [value] : [],
		),
	);
	const kept = Object.entries(env).filter(
		(entry): entry is [string, string] =>
			entry[1] !== undefined && !isKey(entry[0]) && ![...keys].some(key => entry[1]!.includes(key)),
	);
	const ceiling = alert === 'ceiling-80' ? '80' : '100';
	const event = alert === null ? 'postprocess' : hookOf(alert);
	return {
		...Object.fromEntries(kept),
		PROMPTBATCH_EVENT: event,
		PROMPTBATCH_NAME: withoutNul(name),
		PROMPTBATCH_RUN_DIR: directory,
		PROMPTBATCH_STATE: phase,
		PROMPTBATCH_REASON: withoutNul(phaseDetail),
		PROMPTBATCH_TOTAL: String(total),
		PROMPTBATCH_DONE: String(counts.done),
		PROMPTBATCH_FAILED: String(counts.failed),
		PROMPTBATCH_PENDING: String(total - counts.done - counts.failed),
		PROMPTBATCH_COST_USD: cost.priceUnknown && cost.spentUsd === 0 ? '' : String(cost.spentUsd),
		PROMPTBATCH_SIMULATED: simulated ? '1' : '0',
		...(files && {
			PROMPTBATCH_RESULTS: files.results.join('\n'),
			PROMPTBATCH_FAILURES: files.failures ?? '',
		}),
		...(event === 'ceiling' ? {PROMPTBATCH_CEILING_PERCENT: ceiling} : {}),
		...(exitCode === null ? {} : {PROMPTBATCH_EXIT_CODE: String(exitCode)}),
	};
}

/** The spec's word for it. */
export function hookOf(alert: Alert): HookName {
	switch (alert) {
		case 'ceiling-80':
		case 'ceiling-100':
			return 'ceiling';
		default:
			return alert;
	}
}

/** A variable cannot hold it; text from a server can. */
function withoutNul(text: string): string {
	return text.replaceAll('\u0000', '');
}
