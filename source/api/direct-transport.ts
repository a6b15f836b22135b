import type {Transport} from '../domain/ports.ts';
import type {Endpoint} from '../domain/request.ts';
import {type ClientsOptions, createClients} from './clients.ts';
import {steadyNow} from './clocks.ts';
import {outcomeOf} from './outcome.ts';

/** Behind the base URL. */
export const routes: {readonly [endpoint in Endpoint]: string} = {
	chat: '/chat/completions',
	completions: '/completions',
	responses: '/responses',
	embeddings: '/embeddings',
	moderations: '/moderations',
};

/** The direct lane's way out: one call, one HTTP request, no retries and no waiting. */
export function createDirectTransport(options: ClientsOptions): Transport {
	const clients = createClients(options);
	let closed = false;

	return {
		async send({provider, endpoint, model, body, timeoutMs, signal}) {
			if (closed || signal.aborted) {
				return {kind: 'aborted', maybeBilled: false};
			}

			const {client, key} = clients.of(provider, model);
			const exchange = await client.exchange(routes[endpoint], body, timeoutMs, signal);
			// undici uses a connection again from the next turn on: a call that followed at once would open another one,
			// and in the end there would be twice as many as calls.
			await new Promise(resolve => setImmediate(resolve));
			return outcomeOf(exchange, {endpoint, timeoutMs, key}, steadyNow());
		},
		async close() {
			closed = true;
			await clients.close();
		},
	};
}
