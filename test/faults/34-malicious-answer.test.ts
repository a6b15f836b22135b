import {readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {scriptedServer} from '../api/scripted-server.ts';
import {until} from '../cli/cli-process.ts';
import {folderWith, resultsOf, runOf} from '../cli/run-folder.ts';
import {expectRestored, startOnScreen} from '../cli/terminal.ts';
import type {PtySession} from '../ui/pty-session.ts';
import {hostileTexts, hostileWord, strayCharacters, watchForHarm} from './hostile-text.ts';
import {expectInvariants} from './invariants.ts';
import {times} from './strength.ts';

const key = 'sk-test-fault-34-0123456789';
const env = {OPENAI_API_KEY: key};
const longBytes = times(1_200_000, 50_000_000);
const names = [...Object.keys(hostileTexts), 'long', 'twin'];

/** Answers of a model that nobody should trust; or, in the same shape, of one that says nothing but letters. */
async function modelServer(isHostile: boolean) {
	return scriptedServer((request, response) => {
		const name = /Say (\w+)/.exec(request.body.toString())?.[1] ?? '';
		const hostile =
			hostileTexts[name] ?? '\u001b]0;x\u0007OWNED '.repeat(name === 'long' ? longBytes / 12 : 1);
		const content = isHostile ? hostile : `${hostileWord} in plain letters`;
		const tool = {id: content, type: 'function', function: {name: content.slice(0, 99), arguments: content}};
		const message = {role: 'assistant', content, ...(name === 'twin' && {tool_calls: [tool]})};
		const body = {
			id: `c-${name}`,
			object: 'chat.completion',
			model: 'm',
			choices: [{index: 0, message, finish_reason: 'stop'}],
		};
		const usage = {prompt_tokens: 1, completion_tokens: 1, total_tokens: 2};
		response.writeHead(200, {'content-type': 'application/json'}).end(JSON.stringify({...body, usage}));
	});
}

const spec = `model: gpt-4o-mini\nmode: direct\nprompts: Say {{n}}\nargs: [${names.map(n => `{n: ${n}}`).join(', ')}]\n`;

/** Where the frame has its corners and edges: nothing that stands in a box may move them. */
function boxesOf({terminal}: PtySession): readonly string[] {
	const {active} = terminal.buffer;
	return Array.from({length: terminal.rows}, (_, y) => {
		const line = active.getLine(active.baseY + y);
		// By cells, as marks make a cell several characters long.
		const cells = Array.from({length: terminal.cols}, (__, x) => line?.getCell(x)?.getChars() ?? '');
		return cells
			.map(text => (/^[┌┐└┘│]$/.test(text) ? text : ' '))
			.join('')
			.trimEnd();
	});
}

/** Once two looks at the frame are alike. */
async function settledBoxes(session: PtySession): Promise<readonly string[]> {
	let last = '';
	for (;;) {
		const now = session.rows().join('\n');
		if (now === last) return boxesOf(session);
		last = now;
		await delay(25);
	}
}

/** Every row, opened, through all its tabs, the log and the help over it. The frames' boxes, in order. */
async function walk(isHostile: boolean) {
	const server = await modelServer(isHostile);
	const folder = folderWith({'spec.yaml': spec});
	const session = startOnScreen(['spec.yaml', '--base-url', `${server.origin}/v1`], {cwd: folder, env});
	const harm = watchForHarm(session.terminal);
	await session.shows('[2 Report]');
	await session.shows(`${names.length}/${names.length}`);
	const boxes: (readonly string[])[] = [];
	const press = async (keyName: string, ...shows: readonly string[]) => {
		const before = session.output().length;
		session.type(keyName);
		await until(() => session.output().length > before, `a change after ${keyName}`);
		for (const text of shows) await session.shows(text);
		boxes.push(await settledBoxes(session));
	};
	await press('1', '[1 Queue', hostileWord);
	await press('\r', '[answer]', hostileWord);
	for (const _ of names.slice(1)) await press('n', hostileWord);
	await press(']');
	await press('L', '[Log]');
	session.type('\u0003');
	const {exitCode} = await session.exited;
	await expectRestored(session);
	return {folder, session, harm, boxes, exitCode};
}

test('fault 34: an answer steers neither terminal nor screen, whatever is in it', async () => {
	const [plain, hostile] = await Promise.all([walk(false), walk(true)]);
	expect([plain.exitCode, hostile.exitCode]).toEqual([0, 0]);
	expect(hostile.harm).toEqual([]);
	expect(strayCharacters(hostile.session.output())).toEqual([]);
	expect(hostile.boxes).toEqual(plain.boxes);

	// For the eyes only: on record is what came.
	const {folder, session} = hostile;
	const texts = resultsOf(folder).map(({text}) => text);
	expect(texts.slice(0, names.length - 2)).toEqual(Object.values(hostileTexts));
	expect(texts.at(-2)).toHaveLength(Math.floor(longBytes / 12) * 12);
	expect(readFileSync(path.join(runOf(folder), 'journal.jsonl')).includes('\u001b')).toBe(false);
	await expectInvariants({folder, requests: names.length, ends: [], keys: [key], session});
});
