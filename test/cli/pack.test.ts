import {execFile} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';
import {cliEnvironment} from './cli-process.ts';
import {folderWith, resultsOf} from './run-folder.ts';

const run = promisify(execFile);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

it('is a package without dependencies that installs offline and runs', async () => {
	const folder = folderWith({
		'package.json': '{"private": true}\n',
		'spec.yaml': 'model: gpt-4o-mini\nprompts: I like {{food}}\nargs: [{food: pizza}, {food: apples}]\n',
	});
	const env = {
		...cliEnvironment(),
		npm_config_offline: 'true',
		npm_config_audit: 'false',
		npm_config_fund: 'false',
	};
	await run(npm, ['pack', '--ignore-scripts', '--pack-destination', folder], {env});
	const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!;
	await run(npm, ['install', `./${tarball}`], {cwd: folder, env});

	const installed = path.join(folder, 'node_modules', 'promptbatch-tui');
	const {version} = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as {
		readonly version: string;
	};
	expect(readdirSync(path.join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
		'promptbatch-tui',
	]);
	expect(existsSync(path.join(installed, 'LICENSE'))).toBe(true);
	expect(existsSync(path.join(installed, 'dist', 'third-party-licenses.txt'))).toBe(true);
	expect(existsSync(path.join(installed, 'source'))).toBe(false);

	const program = path.join(folder, 'node_modules', '.bin', 'promptbatch-tui');
	expect((await run(program, ['--version'], {cwd: folder, env})).stdout.trim()).toBe(version);
	const {stdout} = await run(program, ['spec.yaml', '--simulate'], {cwd: folder, env});
	expect(stdout).toContain('2 of 2 requests done');
	expect(resultsOf(folder).map(({prompt}) => prompt)).toEqual(['I like pizza', 'I like apples']);
	const check = await run(program, ['check', 'spec.yaml'], {cwd: folder, env});
	expect(check.stdout).toContain('2 requests');
});
