import {type Dispatcher, Pool, ProxyAgent} from 'undici';
import {isLoopback} from './base-url.ts';

export type ConnectionsOptions = {
	/** Most connections to one origin; calls beyond that wait for a free one. */
	readonly perOrigin: number;
	/** For https origins beyond this machine; null: none. */
	readonly proxy: string | null;
};

/** Open connections, kept between calls. */
export type Connections = {
	/** `origin` as `URL.origin` gives it. */
	to(origin: string): Dispatcher;
	/** Cuts every connection. */
	destroy(): Promise<void>;
};

/**
 * undici's timers are off: they are coarse, the headers' one does not cover the body, and an answer may take as
 * long as `timeout_s` allows. The owner of a call ends it.
 */
const untimed = {headersTimeout: 0, bodyTimeout: 0} as const;

export function createConnections({perOrigin, proxy}: ConnectionsOptions): Connections {
	const dispatchers = new Map<string, Dispatcher>();

	function open(origin: string): Dispatcher {
		const {protocol, hostname} = new URL(origin);
		const viaProxy = proxy !== null && protocol === 'https:' && !isLoopback(hostname);
		return viaProxy
			? new ProxyAgent({uri: proxy, connections: perOrigin, ...untimed})
			: new Pool(origin, {connections: perOrigin, ...untimed});
	}

	return {
		to(origin) {
			const known = dispatchers.get(origin);
			if (known) {
				return known;
			}

			const dispatcher = open(origin);
			dispatchers.set(origin, dispatcher);
			return dispatcher;
		},
		async destroy() {
			await Promise.all([...dispatchers.values()].map(dispatcher => dispatcher.destroy()));
		},
	};
}
