import {appendFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {openBodyCounts} from '../../source/simulator/body-counts.ts';
import {hashText} from '../../source/simulator/random.ts';
import {openStateFolder} from '../../source/simulator/state-folder.ts';
import {temporaryFolder} from './simulated.ts';

it('counts bodies over sessions, with 8 bytes for each arrival and a torn end', async () => {
	const stateDir = temporaryFolder();
	const log = path.join(stateDir, 'counts.bin');
	const hashes = ['a', 'b', 'c'].map(text => hashText(text));
	const first = openBodyCounts(openStateFolder(stateDir));
	expect(hashes.map(first.add)).toEqual([1, 1, 1]);
	expect(first.add(hashes[0]!)).toBe(2);
	// Not only when it closes: a kill comes unannounced.
	await expect.poll(() => statSync(log).size).toBe(32);
	first.close();

	appendFileSync(log, Buffer.alloc(5, 1));
	const second = openBodyCounts(openStateFolder(stateDir));
	expect(hashes.map(second.add)).toEqual([3, 2, 2]);
	second.close();
	expect(statSync(log).size).toBe(56);
	const third = openBodyCounts(openStateFolder(stateDir));
	expect(hashes.map(third.add)).toEqual([4, 3, 3]);
	third.close();
});

it('keeps bodies apart', () => {
	const hashes = new Set(Array.from({length: 200_000}, (_, at) => hashText(`{"prompt":"number ${at}"}`, 1)));
	expect(hashes.size).toBe(200_000);
});
