import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll} from 'vitest';

/** A fresh folder that goes when the tests of the file are done. */
export function temporaryFolder(): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'promptbatch-store-'));
	afterAll(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
}
