import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {filesBelow, folderWith, resultsOf, runOf} from '../cli/run-folder.ts';
import {simulated} from '../simulator/simulated.ts';
import {expectInvariants} from './invariants.ts';
import {acknowledgedIn} from './own-journal.ts';
import {faultKey, runAgainst} from './program.ts';
import {type Witness, witnessOf} from './witness.ts';

const requests = 20;
const done = 8;
const words = Array.from({length: requests}, (_, index) => `word${index}`);

function spec(
	rows: readonly string[],
	{model = 'gpt-4o-mini', prompt = 'Say {{w}}', tokens = 8} = {},
): string {
	const args = rows.map(word => `  - {w: ${word}}`).join('\n');
	return `model: ${model}\nprompts: "${prompt}"\nparams: {max_tokens: ${tokens}}\nmode: direct\nrate: {concurrency: 1}\nargs:\n${args}\n`;
}

/** Eight are done, and then the key is refused: a run that stands in its middle. */
async function halfDone() {
	const simulator = await simulated();
	let isRevoked = true;
	const witness = await witnessOf(simulator.url, ({kind, nthOfKind}) =>
		isRevoked && kind === 'direct' && nthOfKind > done
			? {act: 'answer', status: 401, body: {error: {message: 'Revoked', code: 'invalid_api_key'}}}
			: undefined,
	);
	const folder = folderWith({'spec.yaml': spec(words)});
	const held = await runAgainst(witness.url, folder);
	expect(held.code, held.stderr).toBe(3);
	isRevoked = false;
	const write = (text: string) => writeFileSync(path.join(folder, 'spec.yaml'), text);
	return {witness, folder, held, write};
}

function promptsFrom(witness: Witness, nth: number): readonly string[] {
	return witness.calls
		.filter(call => call.nth > nth)
		.map(({body}) => JSON.parse(body.toString()).messages[0].content);
}

/** Of one request that has a result and of one that has none; so that a mix-up shows, one more comes first. */
const edited = ['new', ...words.map(word => (word === 'word3' || word === 'word15' ? `${word}b` : word))];

const changes: readonly (readonly [string, string, RegExp])[] = [
	['prompts of some requests', spec(edited), /args/],
	['the prompt of all', spec(words, {prompt: 'Tell {{w}}'}), /prompts/],
	['the model', spec(words, {model: 'gpt-4o'}), /model/],
	['what is sent with each', spec(words, {tokens: 9}), /params/],
];

test('changed in the middle: refused with what differs, nothing is sent, nothing touched; as it was, it goes on', async () => {
	const {witness, folder, held, write} = await halfDone();
	const before = acknowledgedIn(folder);
	const filesNow = () => filesBelow(runOf(folder)).map(file => [file, readFileSync(file, 'utf8')]);
	const files = filesNow();
	const sent = witness.calls.length;
	const ends = [held];
	for (const [what, text, diff] of changes) {
		write(text);
		const refused = await runAgainst(witness.url, folder);
		expect(refused.code, refused.stderr).toBe(2);
		expect(refused.stderr, what).toMatch(diff);
		expect(refused.stderr).toContain('--reinit-meta');
		ends.push(refused);
	}

	expect(witness.calls).toHaveLength(sent);
	expect(filesNow()).toEqual(files);
	write(spec(words));
	const end = await runAgainst(witness.url, folder);
	expect(end.code, end.stderr).toBe(0);
	await expectInvariants({folder, requests, ends: [...ends, end], keys: [faultKey], before, witness});
}, 60_000);

test('accepted: what is as it was keeps its result, only what changed or had none is asked', async () => {
	const {witness, folder, write} = await halfDone();
	const before = new Map(resultsOf(folder).map(row => [row.prompt, [row.text, row.sent_at]]));
	const sent = witness.calls.length;
	write(spec(edited));
	const end = await runAgainst(witness.url, folder, ['--reinit-meta']);
	expect(end.code, end.stderr).toBe(0);
	const kept = words.slice(0, done).filter(word => word !== 'word3');
	expect(promptsFrom(witness, sent).toSorted()).toEqual(
		edited
			.filter(word => !kept.includes(word))
			.map(word => `Say ${word}`)
			.toSorted(),
	);
	const results = resultsOf(folder);
	expect(results.map(({prompt}) => prompt)).toEqual(edited.map(word => `Say ${word}`));
	for (const word of kept) {
		const row = results.find(({prompt}) => prompt === `Say ${word}`)!;
		expect([row.text, row.sent_at]).toEqual(before.get(row.prompt));
	}
}, 60_000);

test('another model, accepted: paid answers stay, and each row says which model it was really asked of', async () => {
	const {witness, folder, held, write} = await halfDone();
	const before = acknowledgedIn(folder);
	const sent = witness.calls.length;
	write(spec(words, {model: 'gpt-4o'}));
	const end = await runAgainst(witness.url, folder, ['--reinit-meta']);
	expect(end.code, end.stderr).toBe(0);
	expect(promptsFrom(witness, sent)).toEqual(words.slice(done).map(word => `Say ${word}`));
	expect(resultsOf(folder).map(({model}) => model)).toEqual([
		...Array(done).fill('gpt-4o-mini'),
		...Array(requests - done).fill('gpt-4o'),
	]);
	// What the other model costs is more than what this check knows of.
	await expectInvariants({folder, requests, ends: [held, end], keys: [faultKey], before, witness});
}, 60_000);
