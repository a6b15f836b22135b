import {createBatchTransport} from '../api/batch-transport.ts';
import type {ClientsOptions, ProviderAccess} from '../api/clients.ts';
import {createDirectTransport} from '../api/direct-transport.ts';
import type {Transport} from '../domain/ports.ts';
import type {BatchPorts} from '../engine/batch-lane-options.ts';
import type {Spec} from '../spec/spec.ts';
import {createShardFiles} from '../store/shard-files.ts';
import type {OpenRun} from './open-run.ts';
import {simulatedAccess} from './provider-access.ts';
import type {RunOptions} from './run-options.ts';
import {startSimulatedProvider} from './simulated-provider.ts';

/** The ways out of a session, both to the same providers. */
export type Way = {
	readonly transport: Transport;
	readonly batches: BatchPorts | null;
	/** Those that are called. */
	readonly providers: readonly ProviderAccess[];
	readonly close: () => Promise<void>;
};

/** A call about a batch has a small answer; an upload or download takes as long as it takes. */
const longestCallMs = 60_000;

/** Where the calls and batches of a session go: to the providers of the spec, or all to a simulator of its own. */
export async function openWay(
	spec: Spec,
	{simulate}: RunOptions,
	{simulatorPath, batchesPath, state}: OpenRun,
	{connections, proxy, providers}: ClientsOptions,
	timeoutMs: number,
): Promise<Way> {
	const simulator =
		simulate === null
			? null
			: await startSimulatedProvider(simulate || (state.simulated ?? ''), simulatorPath);
	const clients = simulator
		? {providers: simulatedAccess(spec, simulator.url), connections, proxy: null}
		: {providers, connections, proxy: proxy ?? null};
	const transport = createDirectTransport(clients);
	const batchTransport = createBatchTransport({
		...clients,
		callTimeoutMs: Math.min(longestCallMs, timeoutMs),
	});
	return {
		transport,
		providers: clients.providers,
		batches: {
			transport: batchTransport,
			files: createShardFiles(batchesPath),
		},
		async close() {
			await Promise.all([transport.close(), batchTransport.close()]);
			await simulator?.close();
		},
	};
}
