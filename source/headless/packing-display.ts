import type {RunEvent} from '../domain/event.ts';
import type {QueueInfo} from '../domain/request.ts';

export type PackingDisplay = {
	readonly event: 'packing-stopped';
	readonly at: string;
	readonly queue: string;
	readonly audited: number;
	readonly agreed: number;
};

export function packingDisplay(
	{at, queue, audited, agreed}: Extract<RunEvent, {type: 'packing-stopped'}>,
	queues: readonly QueueInfo[],
): PackingDisplay {
	return {
		event: 'packing-stopped',
		at: new Date(at).toISOString(),
		queue: queues[queue]?.key ?? '',
		audited,
		agreed,
	};
}
