import type {ClientsOptions} from '../api/clients.ts';
import {createDirectTransport} from '../api/direct-transport.ts';
import type {Transport} from '../domain/ports.ts';
import type {BatchPorts} from '../engine/batch-lane.ts';
import type {Spec} from '../spec/spec.ts';
import type {OpenRun} from './open-run.ts';
import {simulatedAccess} from './provider-access.ts';
import type {RunOptions} from './run-options.ts';
import {startSimulatedProvider} from './simulated-provider.ts';

/** The ways out of a session, both to the same providers. */
export type Way = {
	readonly transport: Transport;
	readonly batches: BatchPorts | null;
	readonly close: () => Promise<void>;
};

/** Where the calls and batches of a session go: to the providers of the spec, or all to a simulator of its own. */
export async function openWay(
	spec: Spec,
	{simulate}: RunOptions,
	{simulatorPath, state}: OpenRun,
	{connections, proxy, providers}: ClientsOptions,
): Promise<Way> {
	const simulator =
		simulate === null
			? null
			: await startSimulatedProvider(simulate || (state.simulated ?? ''), simulatorPath);
	const clients = simulator
		? {providers: simulatedAccess(spec, simulator.url), connections, proxy: null}
		: {providers, connections, proxy: proxy ?? null};
	const transport = createDirectTransport(clients);
	return {
		transport,
		batches: null,
		async close() {
			await transport.close();
			await simulator?.close();
		},
	};
}
