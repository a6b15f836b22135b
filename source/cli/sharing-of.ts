import {loadBodyCounter} from '../api/token-count.ts';
import {promptSharing} from '../domain/prompt-sharing.ts';
import type {QueueRules, TokenCounter} from '../domain/queue-rules.ts';
import type {RequestSource} from '../domain/request.ts';
import type {Sharing} from '../domain/sharing.ts';
import type {RunState} from '../domain/state.ts';
import {createPackSharing} from '../spec/pack-sharing.ts';
import type {Spec} from '../spec/spec.ts';

/** How the requests of a spec share calls; null: each has one of its own. */
export function sharingOf(
	spec: Spec,
	state: RunState,
	rules: readonly QueueRules[],
	countTokens: TokenCounter,
): Sharing | null {
	if (spec.pack !== null) {
		return createPackSharing({
			spec,
			runId: state.runId,
			countTokens,
			maxOutputOf: queue => rules[queue]?.maxOutput ?? null,
			isStopped: queue => state.queues[queue]?.packing.isStopped ?? false,
		});
	}

	return spec.promptsPerCall > 1 ? promptSharing(spec.promptsPerCall) : null;
}

/** The same for those who only look ahead: tokens are counted exactly. */
export async function planningSharing(
	spec: Spec,
	state: RunState,
	rules: readonly QueueRules[],
	{queues}: Pick<RequestSource, 'queues'>,
): Promise<Sharing | null> {
	if (spec.pack === null && spec.promptsPerCall === 1) {
		return null;
	}

	const counters = await Promise.all(queues.map(async ({model}) => loadBodyCounter(model)));
	return sharingOf(spec, state, rules, (queue, body) => counters[queue]!.count(body));
}
