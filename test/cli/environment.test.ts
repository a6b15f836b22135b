import path from 'node:path';
import process from 'node:process';
import {expect, it} from 'vitest';
import {readEnvironment} from '../../source/cli/environment.ts';
import {folderWith} from './run-folder.ts';

/*
 * As a function, since node 20 to 26 take an `--env-file` behind the program for their own and end with 9 when the
 * file is missing (nodejs/node#54232).
 */
it('warns when an env file that was asked for is missing, and goes on', async () => {
	const missing = path.join(folderWith({}), 'no.env');
	const {env, warnings} = await readEnvironment(missing);
	expect(env.PATH).toBe(process.env.PATH);
	expect(warnings).toEqual([`The env file ${missing} cannot be read (ENOENT).`]);
});

it('lets the environment win over the file', async () => {
	const folder = folderWith({'a.env': 'PATH=nowhere\nPROMPTBATCH_TEST_KEY=from-file\n'});
	const {env, warnings} = await readEnvironment(path.join(folder, 'a.env'));
	expect(warnings).toEqual([]);
	expect(env).toMatchObject({PATH: process.env.PATH, PROMPTBATCH_TEST_KEY: 'from-file'});
});
