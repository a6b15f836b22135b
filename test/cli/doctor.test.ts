import {
	appendFileSync,
	chmodSync,
	existsSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {runCli} from './cli-process.ts';
import {
	damageLine,
	doctor,
	expectHealthy,
	expectResumes,
	fileOf,
	linesOf,
	stoppedRun,
} from './doctor-fixture.ts';
import {folderWith, runOf, specOf} from './run-folder.ts';

test('finds nothing to do in a run that is whole, finished or not, and changes no byte of it', async () => {
	const folder = await stoppedRun();
	const before = readdirSync(runOf(folder)).map(name => [name, statSync(fileOf(folder, name)).mtimeMs]);
	await expectHealthy(folder);
	expect(readdirSync(runOf(folder)).map(name => [name, statSync(fileOf(folder, name)).mtimeMs])).toEqual(
		before,
	);
	await expectResumes(folder);
});

describe('state.json', () => {
	test.each([
		['deleted', null],
		['empty', ''],
		['cut', 0.5],
		['garbage', 'garbage \u0000'],
	] as const)('%s: rebuilt from the journal, the broken one kept', async (_, content) => {
		const folder = await stoppedRun();
		const file = fileOf(folder, 'state.json');
		if (content === null) {
			rmSync(file);
		} else if (typeof content === 'number') {
			truncateSync(file, Math.floor(statSync(file).size * content));
		} else {
			writeFileSync(file, content);
		}

		const {code, mended, lost} = await doctor(folder);
		expect({code, lost}).toEqual({code: 0, lost: []});
		expect(mended).toHaveLength(1);
		expect(mended[0]).toContain('rebuilt from the journal');
		const kept = readdirSync(runOf(folder)).filter(name => name.startsWith('state.json.broken-'));
		expect(kept).toHaveLength(content === null ? 0 : 1);
		expect(kept.map(name => statSync(fileOf(folder, name)).mode & 0o777)).toEqual(kept.map(() => 0o600));
		await expectHealthy(folder);
		if (content === null) {
			await expectResumes(folder);
		}
	});

	test('edited so that it says what the journal does not', async () => {
		const folder = await stoppedRun();
		const file = fileOf(folder, 'state.json');
		writeFileSync(file, readFileSync(file, 'utf8').replace('"paused":false', '"paused":true'));
		const {code, mended} = await doctor(folder);
		expect(code).toBe(0);
		expect(mended).toEqual([expect.stringContaining('did not say what the journal says')]);
		await expectResumes(folder);
	});
});

describe('journal.jsonl', () => {
	test('with a torn last line: cut off, kept, nothing lost', async () => {
		const folder = await stoppedRun();
		appendFileSync(fileOf(folder, 'journal.jsonl'), '{"answered":15,"at":17636761');
		const {code, mended} = await doctor(folder);
		expect(code).toBe(0);
		expect(mended).toEqual([expect.stringContaining('torn by a crash')]);
		await expectHealthy(folder);
		await expectResumes(folder);
	});

	test.each([true, false])('with an answer that is garbage, state.json there: %s', async hasState => {
		const folder = await stoppedRun();
		const answered = linesOf(folder).filter(line => line.startsWith('{"answered":'));
		const index = Number(/\d+/.exec(answered[4]!)![0]);
		const number = damageLine(folder, line => line === answered[4]);
		if (!hasState) {
			rmSync(fileOf(folder, 'state.json'));
		}

		const {code, lost} = await doctor(folder);
		expect(code).toBe(1);
		expect(lost).toHaveLength(1);
		expect(lost[0]).toContain(`line ${number} `);
		expect(lost[0]).toContain('journal.damaged-');
		if (hasState) {
			expect(lost[0]).toContain(`request ${index} will be sent again`);
		}

		await expectHealthy(folder);
		// Without a state the journal alone has to say what became of it.
		rmSync(fileOf(folder, 'state.json'));
		await doctor(folder);
		await expectResumes(folder, 1);
	});

	test('with an answer whose body alone is damaged', async () => {
		const folder = await stoppedRun();
		const number = damageLine(
			folder,
			line => line.startsWith('{"answered":'),
			line => line.replace('"choices":', '"chXXXXX":').replace(/"index":0/g, '"index":,'),
		);
		const {code, lost} = await doctor(folder);
		expect(code).toBe(1);
		expect(lost).toEqual([expect.stringContaining(`line ${number} `)]);
		await expectHealthy(folder);
		await expectResumes(folder, 1);
	});

	test.each([0.9, 0.6, 0.3])(
		'cut off at %s of its length: what is left counts, the rest is named',
		async share => {
			const folder = await stoppedRun();
			const file = fileOf(folder, 'journal.jsonl');
			truncateSync(file, Math.floor(statSync(file).size * share));
			const left = linesOf(folder)
				.slice(0, -1)
				.filter(line => line.startsWith('{"answered":')).length;
			const {code, lost} = await doctor(folder);
			expect({code, lost: lost.length}).toEqual(left < 10 ? {code: 1, lost: 1} : {code: 0, lost: 0});
			await expectHealthy(folder);
			await expectResumes(folder, 10 - left);
		},
	);

	test('with a line taken out: the state moves with what is left', async () => {
		const folder = await stoppedRun();
		const lines = [...linesOf(folder)];
		lines.splice(
			lines.findIndex(line => line.startsWith('{"answered":')),
			1,
		);
		writeFileSync(fileOf(folder, 'journal.jsonl'), lines.join('\n'));
		const {code} = await doctor(folder);
		expect(code).toBe(0);
		await expectHealthy(folder);
		await expectResumes(folder, 1);
	});

	test.each(['missing', 'empty', 'damaged from its first line on'])(
		'%s: named, and nothing is touched',
		async how => {
			const folder = await stoppedRun();
			if (how === 'missing') {
				rmSync(fileOf(folder, 'journal.jsonl'));
			} else {
				writeFileSync(fileOf(folder, 'journal.jsonl'), how === 'empty' ? '' : 'garbage\n'.repeat(9));
			}

			const before = readdirSync(runOf(folder));
			const {code, mended, lost} = await doctor(folder);
			expect({code, mended}).toEqual({code: 1, mended: []});
			expect(lost).toEqual([expect.stringContaining(`journal.jsonl is ${how}`)]);
			expect(readdirSync(runOf(folder))).toEqual(before);
		},
	);

	test('with a damaged first line: state.json stands in for it, once and for all', async () => {
		const folder = await stoppedRun();
		damageLine(folder, line => line.startsWith('{"type":"run-created"'));
		expect((await doctor(folder)).lost).toEqual([]);
		await expectHealthy(folder);
		await expectResumes(folder);
	});
});

test('leftovers, modes and a stale lock', async () => {
	const folder = await stoppedRun();
	writeFileSync(fileOf(folder, 'state.json.tmp-12'), 'half');
	writeFileSync(fileOf(folder, 'lock'), '{"pid":');
	utimesSync(fileOf(folder, 'lock'), new Date(0), new Date(0));
	chmodSync(fileOf(folder, 'journal.jsonl'), 0o644);
	chmodSync(runOf(folder), 0o755);
	const {code, mended, lost} = await doctor(folder);
	expect({code, lost}).toEqual({code: 0, lost: []});
	expect(mended).toHaveLength(3);
	expect(existsSync(fileOf(folder, 'state.json.tmp-12'))).toBe(false);
	expect(statSync(fileOf(folder, 'journal.jsonl')).mode & 0o777).toBe(0o600);
	expect(statSync(runOf(folder)).mode & 0o777).toBe(0o700);
	await expectResumes(folder);
});

test('wrong usage, no run, and one that is held', async () => {
	const folder = folderWith({'spec.yaml': specOf(20)});
	expect(await runCli(['doctor'], {cwd: folder})).toMatchObject({code: 2});
	expect(await runCli(['doctor', 'spec.yaml'], {cwd: folder})).toMatchObject({code: 2, stdout: ''});
	expect(readdirSync(folder)).toEqual(['spec.yaml']);
	const held = await stoppedRun();
	writeFileSync(fileOf(held, 'lock'), '{"pid":1,"host":"elsewhere"}\n');
	expect(await runCli(['doctor', 'spec.yaml'], {cwd: held})).toMatchObject({code: 4, stdout: ''});
});
