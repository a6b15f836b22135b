import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {runCli} from '../cli/cli-process.ts';
import {journalOf} from '../cli/run-folder.ts';
import {batchFault, key, listed, requests} from './batch-fault.ts';
import {expectInvariants} from './invariants.ts';

test('fault 4: two batches of ours are found: the oldest is adopted, the other cancelled and its cost shown', async () => {
	const fault = await batchFault(async ({kind, nthOfKind, body}) => {
		if (kind !== 'create' || nthOfKind > 1) {
			return undefined;
		}

		// Somewhere on the way the call was sent twice, a second apart, and its answers were lost.
		await fault.simulator.post('/batches', body.toString());
		await delay(1100);
		return {act: 'instead', status: 504, body: 'Gateway timeout'};
	}, 'batch=4s');
	const {folder, simulator, witness, args} = fault;
	const end = await runCli([...args.slice(0, -1), 'plain'], {cwd: folder, env: {OPENAI_API_KEY: key}});
	expect(end.code, end.stderr).toBe(0);

	const batches = [...(await listed(simulator, '/batches?limit=100'))].sort(
		(a, b) => a.created_at - b.created_at,
	);
	expect(batches.map(({status}) => status)).toEqual(['completed', expect.stringMatching(/^cancel/)]);
	const [ours, double] = batches;
	expect(journalOf(folder)).toContainEqual(
		expect.objectContaining({
			type: 'batch-submitted',
			batchId: ours!.id,
			isAdopted: true,
			doubles: [double!.id],
		}),
	);
	expect(end.stdout, 'a warning that names it').toMatch(new RegExp(`warn: .*${double!.id}`));
	expect(end.stdout, 'the cost of the other').toMatch(/maybe billed.*\$0\.\d*[1-9]/);
	await expectInvariants({folder, requests, ends: [end], keys: [key], witness, shards: 1});
});
