import type {ProviderProfile} from '../domain/provider.ts';
import {createConnections} from './connections.ts';
import {createDeadlines} from './deadlines.ts';
import {LeanClient} from './lean-client.ts';

/** A provider as the api layer needs it. */
export type ProviderAccess = {
	readonly name: string;
	readonly baseUrl: string;
	/** Null: called without a key. */
	keyFor(model: string): string | null;
	/** The header that carries it; absent: as a bearer token in `Authorization`. */
	readonly keyHeader?: ProviderProfile['keyHeader'];
	readonly headers?: Readonly<Record<string, string>>;
};

export type ClientsOptions = {
	readonly providers: readonly ProviderAccess[];
	/** Most connections to one origin: at least the highest concurrency, else calls wait unseen for a free one. */
	readonly connections: number;
	/** The value of `HTTPS_PROXY`. */
	readonly proxy?: string | null;
};

export type KeyedClient = {
	readonly client: LeanClient;
	readonly key: string | null;
};

/** The SDK clients of a run, one for each key, over shared connections. */
export type Clients = {
	of(provider: string, model: string): KeyedClient;
	/** Ends every call and closes the connections. */
	close(): Promise<void>;
};

export function createClients({providers, connections: perOrigin, proxy = null}: ClientsOptions): Clients {
	const connections = createConnections({perOrigin, proxy});
	const deadlines = createDeadlines();
	const perModel = new Map(
		providers.map(provider => [provider.name, {provider, clients: new Map<string, KeyedClient>()}]),
	);

	function create(access: ProviderAccess, model: string): KeyedClient {
		const {baseUrl, keyFor, keyHeader = 'authorization', headers = {}} = access;
		const key = keyFor(model);
		return {key, client: new LeanClient({baseUrl, key, keyHeader, headers, connections, deadlines})};
	}

	return {
		of(name, model) {
			const entry = perModel.get(name);
			if (!entry) {
				throw new Error(`no provider ${name}`);
			}

			let client = entry.clients.get(model);
			if (!client) {
				client = create(entry.provider, model);
				entry.clients.set(model, client);
			}

			return client;
		},
		async close() {
			deadlines.abortAll();
			await connections.destroy();
		},
	};
}
