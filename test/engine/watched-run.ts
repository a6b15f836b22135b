import {demandOf} from '../../source/domain/demand.ts';
import {estimateTokens} from '../../source/domain/estimate.ts';
import type {Price} from '../../source/domain/price.ts';
import type {JsonObject} from '../../source/domain/request.ts';
import {defaultSettings, type RunSettings} from '../../source/domain/settings.ts';
import {createFixture, type Fixture, type FixtureOptions} from './engine-fixture.ts';

export type Limits = RunSettings['limits'];
export type Scope = keyof Limits;

export function limitsOf(scope: Scope, ceiling: Partial<Limits[Scope]>): Limits {
	return {...defaultSettings.limits, [scope]: {...defaultSettings.limits[scope], ...ceiling}};
}

export function worstOf(body: JsonObject, price: Price | null) {
	return demandOf(body, 'chat', null, estimateTokens(JSON.stringify(body)), price, 'direct');
}

/** A run whose committed sums are taken at every event and every call, by a count of the test's own. */
export function watchedRun(options: FixtureOptions & {readonly prices: readonly (Price | null)[]}) {
	const out = new Map<number, ReturnType<typeof worstOf>>();
	const most = {requests: 0, tokens: 0, costPico: 0n};
	const seen: {fixture: Fixture | null; inFlightAtLimit: number | null} = {
		fixture: null,
		inFlightAtLimit: null,
	};
	const look = () => {
		if (!seen.fixture) {
			return;
		}

		const {totals} = seen.fixture.state;
		const held = [...out.values()];
		most.requests = Math.max(most.requests, totals.attempts);
		most.tokens = Math.max(
			most.tokens,
			held.reduce(
				(sum, {tokens}) => sum + tokens,
				totals.tokens.input + totals.tokens.output + totals.maybeBilled.tokens,
			),
		);
		const cost = held.reduce(
			(sum, {costPico}) => sum + costPico,
			totals.cost.direct + totals.maybeBilled.cost,
		);
		most.costPico = cost > most.costPico ? cost : most.costPico;
	};

	const fixture = createFixture({
		...options,
		script(call, attempt, now) {
			const index = call.body.index as number;
			// A person may have changed the model.
			const queue = seen.fixture?.state.queues.find(({info}) => info.model === call.model);
			out.set(
				index,
				worstOf(call.body, queue ? queue.price : options.prices[index % options.prices.length]!),
			);
			look();
			return options.script(call, attempt, now);
		},
		killAfter(event) {
			if (event.type === 'attempt-answered' || event.type === 'attempt-failed') {
				out.delete(event.index);
			}

			for (const index of event.type === 'attempts-lost' ? event.indexes : []) {
				out.delete(index);
			}

			if (event.type === 'limit-reached') {
				seen.inFlightAtLimit = out.size;
			}

			look();
			return false;
		},
	});
	seen.fixture = fixture;
	return {...fixture, most, inFlightAtLimit: () => seen.inFlightAtLimit};
}
